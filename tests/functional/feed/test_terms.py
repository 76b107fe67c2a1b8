"""What a source is registered with, end to end: lines 3, 5, 22, 26, 29 to 31, 65 and 68 of the feed."""

import asyncio
import time
from typing import Any

from adapters.v2_to_fhir.source import Source
from services.inbox import RECEIVED
from services.sources import Terms, register
from tests.functional.feed.test_feed import NUMBER, adt, answer, code, oru
from tests.support.feed import Feed, feeding
from tests.support.web import Web

ENHANCED = "|P|2.4|||AL|NE||"


async def registered(web: Web, **terms: Any) -> None:
    await register(web.platform.database, Source("TEST1", "Organization/h1"), terms=Terms(**terms))


def field(block: bytes, path: str) -> str:
    return answer(block).get(path).value


def numbered(control: str, number: int | str, enhanced: bool = False) -> bytes:
    """An admission with MSH-13."""
    return (
        adt(control=control).replace("|P|2.4||", f"|P|2.4|{number}|{'|AL' if enhanced else ''}", 1).encode()
    )


async def test_line_22_aa_comes_only_when_the_message_is_fhir(web: Web) -> None:
    await registered(web, committed=True)
    async with feeding(web) as feed:
        (reply,) = await feed.send(adt().encode())
        assert code(reply) == "AA"
        (row,) = await feed.rows()
        assert row["state"] == "done"
        assert (row["code"], bytes(row["acknowledgement"])) == ("AA", reply)
        assert await feed.send(adt().encode()) == [reply]


async def test_line_22_what_could_not_be_filed_is_answered_ae(web: Web) -> None:
    await registered(web, committed=True)
    async with feeding(web) as feed:
        other = oru("C2").replace("张^三", "李^四").replace("19580312", "19900101")
        first, second = await feed.send(adt().encode(), other.encode())
        assert (code(first), code(second)) == ("AA", "AE")
        assert (field(second, "ERR-3.1"), answer(second).get("ERR-2").raw) == ("205", "PID^1^3")
        assert (await feed.rows())[1]["code"] == "AE"


async def test_line_22_what_takes_too_long_is_kept_and_answered_anew_when_it_is_sent_again(web: Web) -> None:
    await registered(web, committed=True)
    async with feeding(web, working=False, commit_seconds=0.2) as feed:
        (reply,) = await feed.send(adt().encode())
        assert code(reply) == "AR"
        assert [row["state"] for row in await feed.rows()] == [RECEIVED]
    async with feeding(web) as feed:
        assert code((await feed.send(adt().encode()))[0]) == "AA"
        assert await feed.settled() == {"done": 1}


async def test_line_27_a_message_behind_one_of_the_same_patient_hears_that_the_record_is_in_use(
    web: Web,
) -> None:
    await registered(web, committed=True)
    async with feeding(web, working=False, commit_seconds=0.2) as feed:
        first, second = await feed.send(adt().encode(), adt("A08", control="C2").encode())
        assert [code(each) for each in (first, second)] == ["AR", "AR"]
        assert b"^207&Application internal error" in first
        assert b"^206&Application record locked" in second
    async with feeding(web) as feed:
        again = await feed.send(adt().encode(), adt("A08", control="C2").encode())
        assert [code(each) for each in again] == ["AA", "AA"]


async def test_line_27_where_policy_makes_no_patient_an_unknown_one_is_told(web: Web) -> None:
    await registered(web, committed=True, known_patients=True)
    async with feeding(web) as feed:
        (unknown,) = await feed.send(oru("C1").encode())
        assert (code(unknown), field(unknown, "ERR-3.1")) == ("AE", "204")
        assert answer(unknown).get("ERR-2").raw == "PID^1^3"
        assert await feed.web.platform.store.database["resources"].count_documents({"type": "Patient"}) == 0
        (known,) = await feed.send(adt(control="C2").encode())
        assert code(known) == "AA"
        await feed.inbox.replay({"state": "dead"})
        assert await feed.settled() == {"done": 2}


async def test_line_51_a_merge_that_the_store_contradicts_is_answered_ae_once_it_is_known(web: Web) -> None:
    await registered(web, committed=True)
    async with feeding(web) as feed:
        blocks = [adt("A28", control=f"C{id}", id=id).encode() for id in ("P1", "P2")]
        merges = [
            adt("A40", control=f"M{was}", id=now, moment=f"202603010{hour}0000") + f"MRG|{was}^^^TEST1^PI\r"
            for was, now, hour in (("P1", "P2", 8), ("P2", "P1", 9))
        ]
        replies = await feed.send(*blocks, *(each.encode() for each in merges))
        assert [code(each) for each in replies] == ["AA", "AA", "AA", "AE"]
        assert b"MRG^1^1^205" in replies[3]


async def test_line_65_a_full_queue_is_told_to_its_senders_and_ends_by_itself(web: Web) -> None:
    async with feeding(web, working=False, queue_high_water=10) as feed:
        blocks = [
            adt(control=f"C{number}", id=f"P{number}", visit=f"V{number}").encode() for number in range(12)
        ]
        assert [code(each) for each in await feed.send(*blocks[:10])] == ["AA"] * 10
        await asyncio.sleep(1.3)
        (refused,) = await feed.send(blocks[10])
        assert code(refused) == "AR"
        assert "MSH^1^^207&Application internal error&HL70357" in answer(refused).encode()
        enhanced = blocks[11].replace(b"|P|2.4||||||", ENHANCED.encode())
        assert code((await feed.send(enhanced))[0]) == "CE"
        assert len(await feed.rows()) == 10, "what was refused is not kept"
        await feed.inbox.collection.update_many({"control_id": {"$ne": "C0"}}, {"$set": {"state": "done"}})
        async with asyncio.timeout(20):
            while code((await feed.send(blocks[10]))[0]) != "AA":  # noqa: ASYNC110 - a socket is asked
                await asyncio.sleep(0.1)


async def test_line_65_strangers_become_no_more_sources_than_there_is_room_for(web: Web) -> None:
    async with feeding(web, unregistered_sources_limit=2) as feed:
        blocks = [oru(f"C{number}").replace("TEST1", f"S{number % 4}").encode() for number in range(8)]
        replies = await feed.send(*blocks)
        assert [code(each) for each in replies] == ["AA", "AA", "AR", "AR"] * 2
        assert field(replies[2], "ERR-3.1") == "207"
        assert field(replies[2], "ERR-7").startswith(
            "The sender is not registered, and there is no more room"
        )
        assert "未登记" in field(replies[2], "ERR-8")
        await feed.settled()  # what S0 has sent is filed under the organization that was made up for it
        await register(web.platform.database, Source("S0", "Organization/h1"))
        assert code((await feed.send(blocks[2]))[0]) == "AA", "its place is free again"
        assert code((await feed.send(blocks[3]))[0]) == "AR"
        organizations = {"type": "Organization"}
        await feed.settled()
        made = await web.platform.store.database["resources"].count_documents(organizations)
        assert made == 3


async def test_line_65_what_is_refused_takes_no_place_among_the_unregistered_sources(web: Web) -> None:
    """A stranger who sends rubbish under ever new names keeps nobody out, and is bound like all strangers."""
    async with feeding(web, unregistered_sources_limit=1) as feed:
        nameless = adt(control="C3").replace(f"P100^^^TEST1^PI~{NUMBER}^^^^NI", "")
        rubbish = [
            adt().replace("TEST1", "R1").replace("|P|2.4", "|P|9.9"),
            nameless.replace("TEST1", "R2"),
            adt().replace("TEST1", "R3").replace("|P|2.4", "|T|2.4"),
        ]
        unreadable = adt().replace("TEST1", "R4").encode() + b"NTE|1||\xff\xfe\r"
        replies = await feed.send(*(each.encode() for each in rubbish), unreadable)
        assert [code(each) for each in replies] == ["AR", "AE", "AR", "AE"]
        reader, writer = await asyncio.open_connection("127.0.0.1", feed.port)
        writer.write(b"\x0bMSH|^~\\&|HIS|R5|F|C|20260301080000||ACK|C9|P|2.4\rMSA|AA|C1\r\x1c\r")
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        refused = [(row["state"], row["source"], row.get("stranger", 0) > 0) for row in await feed.rows()]
        assert refused == [("refused", "", True)] * 5
        assert code((await feed.send(adt().encode()))[0]) == "AA", "the place is free"
        assert code((await feed.send(adt(control="C2", facility="S2").encode()))[0]) == "AR"
        assert code((await feed.send(nameless.encode()))[0]) == "AE"
        assert (await feed.rows())[-1]["source"] == "TEST1", "what is wrong with the messages of who is in"


async def test_line_3_a_source_above_its_rate_is_read_more_slowly_and_loses_nothing(web: Web) -> None:
    await registered(web, rate=20)
    async with feeding(web, working=False) as feed:
        blocks = [adt(control=f"C{number}").encode() for number in range(45)]
        started = time.monotonic()
        assert [code(each) for each in await feed.send(*blocks)] == ["AA"] * 45
        assert time.monotonic() - started > 44 / 20 - 0.1, "the first is free, all others have their time"
        assert [row["control_id"] for row in await feed.rows()] == [f"C{number}" for number in range(45)]


async def test_line_5_a_source_sends_from_its_own_networks_alone(web: Web) -> None:
    await registered(web, networks=("10.0.0.0/8",))
    async with feeding(web) as feed:
        assert code((await feed.send(adt().encode()))[0]) == "AR"
        assert [row["findings"][0]["text"] for row in await feed.rows()] == ["sender-network"]
        assert code((await feed.send(adt(facility="OTHER").encode()))[0]) == "AA"


async def test_line_26_a_strict_source_has_its_warnings_refused(web: Web) -> None:
    await registered(web, strict=True)
    wrong = adt().replace("|20260301080000\rPID", "|yesterday\rPID")
    async with feeding(web) as feed:
        assert code((await feed.send(wrong.encode()))[0]) == "AE"
        assert code((await feed.send(wrong.replace("TEST1", "TEST2").encode()))[0]) == "AA"


async def test_line_30_sequence_numbers(web: Web) -> None:
    await registered(web, numbered=True)
    async with feeding(web) as feed:
        sent = [("C1", 7), ("C2", 8), ("C3", 10), ("C4", 8), ("C5", 0), ("C6", 1), ("C7", "")]
        replies = [(await feed.send(numbered(*each)))[0] for each in sent]
        assert [(code(each), field(each, "MSA-4")) for each in replies] == [
            ("AA", "8"),
            ("AA", "9"),
            ("AE", "9"),
            ("AE", "9"),
            ("AA", "1"),
            ("AA", "2"),
            ("AA", ""),
        ]
        assert await feed.send(numbered("C2", 8)) == [replies[1]], "the same message again is known"
        assert code((await feed.send(numbered("C8", 9, enhanced=True)))[0]) == "CE"
        assert await feed.settled() == {"done": 5, "refused": 3}
    async with feeding(web) as feed:
        assert field((await feed.send(numbered("C9", 2)))[0], "MSA-4") == "3", "it counts on after a restart"


async def test_line_30_what_is_refused_uses_up_no_number(web: Web) -> None:
    await registered(web, numbered=True)
    async with feeding(web) as feed:
        nameless = numbered("C1", 7).replace(f"P100^^^TEST1^PI~{NUMBER}^^^^NI".encode(), b"")
        wrong = numbered("C2", 8).replace(b"ADT^A01", b"XYZ^A01")
        sent = [nameless, numbered("C1", 7), wrong, numbered("C3", 9), numbered("C2", 8), numbered("C3", 9)]
        replies = [(await feed.send(each))[0] for each in sent]
        assert [(code(each), field(each, "MSA-4")) for each in replies] == [
            ("AE", "-1"),
            ("AA", "8"),
            ("AR", "8"),
            ("AE", "8"),
            ("AA", "9"),
            ("AA", "10"),
        ]
        assert await feed.settled() == {"done": 3, "refused": 3}


async def test_line_30_a_link_is_started_and_numbered_anew_by_messages_without_content(web: Web) -> None:
    await registered(web, numbered=True)
    start = adt(control="L1").split("\r")[0].replace("ADT^A01", "").replace("|P|2.4", "|P|2.4|0").encode()
    async with feeding(web) as feed:
        sent = [
            numbered("C1", 7),
            start,
            numbered("C2", 1),
            start.replace(b"L1", b"L2").replace(b"|0", b"|-1"),
        ]
        sent += [numbered("C3", 70), numbered("C4", 72)]
        replies = [(await feed.send(each))[0] for each in sent]
        assert [(code(each), field(each, "MSA-4")) for each in replies] == [
            ("AA", "8"),
            ("AA", "1"),
            ("AA", "2"),
            ("AA", "-1"),
            ("AA", "71"),
            ("AE", "71"),
        ]
        assert await feed.settled() == {"done": 5, "refused": 1}
        assert await feed.inbox.replay({}) == 5
        assert await feed.settled() == {"done": 5, "refused": 1}


async def test_line_30_who_waits_for_the_commit_is_told_the_number_too(web: Web) -> None:
    await registered(web, numbered=True, committed=True)
    async with feeding(web) as feed:
        (reply,) = await feed.send(numbered("C1", 7))
        assert (code(reply), field(reply, "MSA-4")) == ("AA", "8")
        assert await feed.send(numbered("C1", 7)) == [reply]


async def test_line_30_a_source_that_is_not_registered_as_numbered_may_send_any_number(feed: Feed) -> None:
    replies = await feed.send(numbered("C1", 7), numbered("C2", 3), numbered("C3", 99))
    assert [(code(each), field(each, "MSA-4")) for each in replies] == [("AA", "")] * 3


async def test_line_31_a_control_id_used_again_for_another_message_is_processed_and_flagged(
    feed: Feed,
) -> None:
    second = adt("A08", name="张^三丰", moment="20260302080000").encode()
    assert [code(each) for each in await feed.send(adt().encode(), second)] == ["AA", "AA"]
    assert await feed.settled() == {"done": 2}
    first, again = await feed.rows()
    assert first["findings"] == []
    flagged = {"code": "205", "severity": "W", "location": "MSH^1^10", "text": "control-id-reused"}
    assert again["findings"] == [flagged]


async def test_line_31_two_applications_of_a_hospital_may_count_alike(feed: Feed) -> None:
    await feed.send(adt().encode(), oru("C1").encode())
    assert await feed.settled() == {"done": 2}
    assert [row["findings"] for row in await feed.rows()] == [[], []]


async def test_line_68_training_messages_never_reach_the_store(feed: Feed) -> None:
    training = [adt(control=kind).replace("|P|2.4", f"|{kind}|2.4").encode() for kind in "TD"]
    replies = await feed.send(*training)
    assert [code(each) for each in replies] == ["AR", "AR"]
    assert [answer(each).get("ERR-1.4.1").value for each in replies] == ["202", "202"]
    assert await feed.settled() == {"refused": 2}
    assert await feed.inbox.replay({}) == 0, "a replay takes none of them either"
    assert await feed.web.platform.database["resources"].count_documents({}) == 0


async def test_line_68_what_a_listener_takes_is_its_setting(web: Web) -> None:
    async with feeding(web, processing_ids="T") as feed:
        production, training = adt().encode(), adt(control="C2").replace("|P|2.4", "|T|2.4").encode()
        assert [code(each) for each in await feed.send(production, training)] == ["AR", "AA"]


async def test_line_29_an_acknowledgement_is_never_acknowledged_and_is_kept(feed: Feed) -> None:
    ack = "MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260301||ACK|A1|P|2.4\rMSA|AA|NOBODY\r"
    (reply,) = await feed.send(adt().encode())
    assert code(reply) == "AA"
    reader, writer = await asyncio.open_connection("127.0.0.1", feed.port)
    writer.write(b"\x0b" + ack.encode() + b"\x1c\r")
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    row = (await feed.rows())[1]
    assert (row["state"], row["findings"][0]["text"]) == ("refused", "unexpected-acknowledgement")


async def test_line_35_what_comes_right_behind_another_never_overtakes_it(web: Web) -> None:
    await registered(web, committed=True)
    async with feeding(web) as feed:
        for number in range(25):
            patient = f"P{number}"
            admission = adt(control=f"A{number}", id=patient, visit=f"V{number}").replace(NUMBER, "")
            other = oru(f"R{number}", id=patient).replace("张^三", "李^四").replace("19580312", "19900101")
            replies = await feed.send(admission.encode(), other.encode())
            assert [code(each) for each in replies] == ["AA", "AE"], number
