"""PIX and PDQ queries over real sockets: checklist line 54 of the feed, and who may ask."""

import re
from datetime import timedelta

import pytest

from auth import moment
from auth.audit.archive import Span
from auth.audit.record import AuditRecord
from services.queries import queries as answered
from tests.functional.api.hiding import consent
from tests.functional.feed.test_wire import wire
from tests.support.feed import Feed, feeding
from tests.support.queries import P100, admit, ask, block, hospitals, pdq, pix, query, read, told
from tests.support.web import Web

NUMBERS = ["Q900", "510104195803129013"]


async def records(feed: Feed) -> list[AuditRecord]:
    """The audit of queries, the newest first."""
    now = moment.now()
    span = Span(since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    queries = ("ITI-9", "ITI-21", "Q21")
    found, _ = await feed.web.platform.archive.look_through(
        span, 200, None, lambda each: each.interaction.value in queries
    )
    return found


def numbers(answer: bytes, path: str = "PID-3") -> list[str]:
    return [each[1].value for each in read(answer).get(path).repetitions]  # type: ignore[attr-defined]


def anonymous(answer: bytes, *words: str) -> str:
    """An answer without its time, its id and these words."""
    text = re.sub(r"\|\d{14}\.\d{3}\+0800\|", "|TIME|", answer.decode())
    text = re.sub(r"\|F[0-9A-F]{10,}\|", "|ID|", text)
    for word in words:
        text = text.replace(word, "WORD")
    return text


async def test_line_54_a_query_is_no_message_of_the_inbox_and_stands_in_the_audit(region: Feed) -> None:
    before = len(await region.rows())
    answer = await ask(region, pix(P100))
    assert (told(answer), numbers(answer)) == (("AA", "OK"), NUMBERS)
    assert len(await region.rows()) == before
    (record,) = await records(region)
    assert record.query == f"QPD|IHE PIX Query|T1|{P100}|"
    assert (record.agent.name, record.agent.organization) == ("HQ1", "Organization/hq1")
    assert len(record.patients) == 2, "both Patients of the person"
    assert (record.outcome, record.peer, record.request) == ("0", "127.0.0.1", "C1")


async def test_line_54_what_nobody_is_told_of_is_recorded_too(region: Feed) -> None:
    await ask(region, pix("Q901^^^HQ2"), pdq("@PID.5.1^李"), pdq("@PID.6^x"))
    found = [(each.interaction.value, each.outcome.value, each.reason) for each in await records(region)]
    assert sorted(found, key=str) == [
        ("ITI-21", "0", None),
        ("ITI-21", "4", "query-parameter"),
        ("ITI-9", "4", "unknown-identifier"),
    ]
    assert all(each.patients == () for each in await records(region))


async def test_the_record_is_an_audit_event_of_the_transaction(region: Feed) -> None:
    await ask(region, pix(P100))
    auditor = await region.web.client("system/AuditEvent.rs")
    bundle = (await auditor.get("/AuditEvent?subtype=ITI-9")).json()
    events = [entry["resource"] for entry in bundle["entry"]]
    assert len(events) == 2, "one for each Patient"
    assert {event["type"]["code"] for event in events} == {"110112"}
    assert {event["subtype"][0]["system"] for event in events} == {"urn:ihe:event-type-code"}
    assert all(any("query" in entity for entity in event["entity"]) for event in events)


async def test_what_can_t_be_recorded_is_not_answered(region: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    database = region.web.platform.database
    await database.command("collMod", "audit", validator={"never": {"$exists": True}})
    answer = await ask(region, pix(P100))
    await database.command("collMod", "audit", validator={})
    assert told(answer) == ("AR", "AR")
    assert b"Q900" not in answer
    assert told(await ask(region, pix(P100))) == ("AA", "OK")


async def test_a_house_that_has_nothing_to_do_with_somebody_is_told_what_a_stranger_is(region: Feed) -> None:
    hidden, unknown = await ask(region, pix("Q901^^^HQ2"), pix("Q999^^^HQ2"))
    assert anonymous(hidden, "Q901") == anonymous(unknown, "Q999")
    named, nobody = await ask(region, pdq("@PID.5.1^李"), pdq("@PID.5.1^赵"))
    assert anonymous(named, "李") == anonymous(nobody, "赵")
    person, none = await ask(
        region,
        query("QBP^Q21^QBP_Q21", "QPD|Q21|T1|Q901^^^HQ2"),
        query("QBP^Q21^QBP_Q21", "QPD|Q21|T1|Q999^^^HQ2"),
    )
    assert anonymous(person, "Q901") == anonymous(none, "Q999")
    assert told(await ask(region, pix("Q901^^^HQ2&1.2.156.99.2&ISO", source="HQ2"))) == ("AA", "NF")


async def test_what_can_t_be_found_waits_for_a_whole_step_of_time(
    region: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = list[float]()
    monkeypatch.setattr(answered, "left", lambda elapsed, step: waited.append(step) or 0.0)
    await ask(region, pix("Q901^^^HQ2"), pix("Q999^^^HQ2"), pdq("@PID.5.1^李"))
    assert len(waited) == 3
    await ask(region, pix(P100))
    assert len(waited) == 3


async def test_a_resident_who_denies_a_house_is_unknown_to_its_source(region: Feed) -> None:
    client = await region.web.client()
    entries = (await client.get("/Patient?identifier=P101")).json()["entry"]
    (id,) = [entry["resource"]["id"] for entry in entries]
    assert told(await ask(region, pix("P101^^^HQ1"))) == ("AA", "NF")
    reference = {"reference": "Organization/hq1"}
    denial = consent(
        f"Patient/{id}", actor=[{"role": {"coding": [{"code": "PRCP"}]}, "reference": reference}]
    )
    await region.web.put({"resourceType": "Organization", "id": "hq1", "name": "HTEST"}, denial)
    denied, unknown = await ask(region, pix("P101^^^HQ1"), pix("P999^^^HQ1"))
    assert anonymous(denied, "P101") == anonymous(unknown, "P999")
    assert told(await ask(region, pdq("@PID.5.1^张三丰"))) == ("AA", "NF")


async def test_a_regional_source_asks_about_everybody(web: Web) -> None:
    await hospitals(web, regional_queries=True)
    async with feeding(web) as feed:
        await admit(feed)
        answer = await ask(feed, query("QBP^Q21^QBP_Q21", "QPD|Q21|T1|Q901^^^HQ2"))
        assert told(answer) == ("AA", "OK")
        assert str(read(answer).get("PID-5.1")) == "李"


async def test_a_name_alone_proves_nothing(web: Web) -> None:
    await hospitals(web, networks=())
    async with feeding(web) as feed:
        await admit(feed)
        answer = await ask(feed, pix(P100))
        assert told(answer) == ("AR", "AR")
        assert b"query-unproven" in answer
        assert [each.reason for each in await records(feed)] == ["query-unproven"]


async def test_who_is_not_registered_is_refused_as_with_messages_and_takes_no_place(region: Feed) -> None:
    answer = await ask(region, pix(P100, source="NOBODY"))
    assert read(answer).get("MSA-1").value == "AR"
    assert b"unknown-source" in answer
    assert b"QAK" not in answer
    assert await region.web.platform.database["unregistered_sources"].count_documents({}) == 0
    assert await records(region) == []


async def test_enhanced_mode_accepts_and_answers_on_the_connection(region: Feed) -> None:
    both, answer_only, accept_only, implied = ("AL|AL", "NE|AL", "AL|NE", "AL|")
    async with wire(region) as sender:
        for modes in (both, answer_only, accept_only, implied):
            content = pix(P100, header=f"|P|2.5|||{modes}||UNICODE UTF-8")
            await sender.send(b"\x0b" + content + b"\x1c\r")
        came = [read(await sender.next()) for _ in range(6)]
    shape = [(each.get("MSA-1").value, each.get("MSH-9.1").value) for each in came]
    assert shape == [("CA", "ACK"), ("AA", "RSP"), ("AA", "RSP"), ("CA", "ACK"), ("CA", "ACK"), ("AA", "RSP")]
    assert {(each.get("MSH-15").value, each.get("MSH-16").value) for each in came if "QAK" in each} == {
        ("NE", "NE")
    }
    assert len([each for each in await records(region) if each.patients]) == 3


async def test_enhanced_mode_refuses_what_is_no_query_at_accept_level(region: Feed) -> None:
    content = query("QBP^Q23^QBP_Q21", "QPD|IHE PIX Query||P100", header="|P|2.5|||AL|AL||UNICODE UTF-8")
    answer = read(await ask(region, content))
    assert (answer.get("MSA-1").value, answer.get("MSH-9.1").value) == ("CE", "ACK")


async def test_a_long_answer_goes_on_where_it_ended_until_it_is_cancelled(region: Feed) -> None:
    found: list[str] = []
    answer = await ask(region, pdq("@PID.5.1^陈*", "RCP|I|4^RD"))
    first = read(answer).get("DSC-1").value
    assert len(first) <= 180
    pages = 0
    while pointer := read(answer).get("DSC-1").value:
        found += [each[3][1].value for each in read(answer).all("PID")]
        answer = await ask(region, pdq("@PID.5.1^陈*", "RCP|I|4^RD", f"DSC|{pointer}|I"))
        pages += 1
    found += [each[3][1].value for each in read(answer).all("PID")]
    assert (pages, found) == (2, [f"P2{n:02}" for n in range(1, 11)])
    assert [read(answer).get(f"QAK-{n}").value for n in (4, 5, 6)] == ["10", "2", "0"]

    assert (
        read(await ask(region, query("QCN^J01^QCN_J01", "QID|T1|IHE PDQ Query"))).get("MSA-1").value == "AA"
    )
    again = pdq("@PID.5.1^陈*", "RCP|I|4^RD", f"DSC|{first}|I")
    assert told(await ask(region, again)) == ("AE", "AE")
    assert told(await ask(region, pdq("@PID.5.1^陈*", "RCP|I|4^RD"))) == ("AA", "OK")


async def test_a_pointer_belongs_to_one_source_and_one_query(region: Feed) -> None:
    pointer = read(await ask(region, pdq("@PID.5.1^陈*", "RCP|I|4^RD"))).get("DSC-1").value
    dsc = f"DSC|{pointer}|I"
    for other in (
        pdq("@PID.5.1^陈*", "RCP|I|4^RD", dsc, source="HQ2"),
        pdq("@PID.5.1^陈*", "RCP|I|4^RD", dsc, tag="T2"),
        pdq("@PID.5.1^张*", "RCP|I|4^RD", dsc),
        pdq("@PID.5.1^陈*|||||^^^HQ1", "RCP|I|4^RD", dsc),
        pdq("@PID.5.1^陈*", "RCP|I|4^RD", f"DSC|{pointer[:-2]}AA|I"),
    ):
        answer = await ask(region, other)
        assert (told(answer), str(read(answer).get("ERR-2"))) == (("AE", "AE"), "DSC^1^1")
    assert told(await ask(region, pdq("@PID.5.1^陈*", "RCP|I|2^RD", dsc))) == ("AA", "OK")


@pytest.mark.parametrize(("declared", "codec"), [("GB18030", "gb18030"), ("UNICODE UTF-8", "utf-8")])
async def test_the_answer_is_in_the_character_set_of_the_query(
    region: Feed, declared: str, codec: str
) -> None:
    content = pdq("@PID.5.1^张三").decode().replace("UNICODE UTF-8", declared).encode(codec)
    answer = (await ask(region, content)).decode(codec)
    assert "张^三" in answer
    assert f"|{declared}\r" in answer


async def test_what_the_character_set_has_not_is_escaped(region: Feed) -> None:
    content = pdq("@PID.5.1^zhangsan").decode().replace("UNICODE UTF-8", "8859/1").encode()
    answer = await ask(region, content)
    assert answer.isascii()
    assert rb"\XE5BCA0\^\XE4B889\^" in answer
    message = read(answer, "latin-1")
    assert (message.get("PID-5.1").value, message.get("PID-5.2").value) == ("张", "三")


async def test_the_answer_has_the_delimiters_of_the_query(region: Feed) -> None:
    text = pdq("@PID.3^P100^^^HQ1").decode().translate(str.maketrans("|^~\\&", "*!:?%"))
    answer = (await ask(region, text.encode())).decode()
    assert answer.startswith("MSH*!:?%*")
    assert "*P100!!!HQ1!PI:Q900!!!HQ2%1.2.156.99.2%ISO!MR:" in answer


async def test_after_a_merge_the_old_number_finds_the_survivor(region: Feed) -> None:
    now = f"{moment.now():%Y%m%d%H%M%S}"
    merge = (
        f"MSH|^~\\&|HIS|HQ1|F|R|{now}||ADT^A40^ADT_A39|M1|P|2.5||||||UNICODE UTF-8\nEVN|A40|{now}\n"
        "PID|1||P202^^^HQ1^PI||陈^二\nMRG|P201^^^HQ1^PI"
    )
    await region.send(block(merge))
    await region.settled()
    answer = await ask(region, pix("P201^^^HQ1", "^^^HQ1"))
    assert (told(answer), numbers(answer)) == (("AA", "OK"), ["P202"])
    found = read(await ask(region, pdq("@PID.5.1^陈*")))
    assert [each[3][1].value for each in found.all("PID")][:2] == ["P202", "P203"]


async def test_a_citizen_number_of_two_people_names_nobody(region: Feed) -> None:
    now = f"{moment.now():%Y%m%d%H%M%S}"
    borrowed = (
        f"MSH|^~\\&|HIS|HQ1|F|R|{now}||ADT^A01^ADT_A01|M1|P|2.5||||||UNICODE UTF-8\nEVN|A01|{now}\n"
        "PID|1||P300^^^HQ1^PI~510104195803129013^^^^NI||赵^六^^^^^L||19991231|F\n"
        f"PV1|1|I|3B||||||||||||||||V300|||||||||||||||||||||||||{now}"
    )
    await region.send(block(borrowed))
    await region.settled()
    answer = await ask(region, pix("510104195803129013^^^^NI"))
    assert (told(answer), b"several-people" in answer) == (("AE", "AE"), True)
