"""The feed from its socket to FHIR: acknowledged when durable, visible soon, exactly once."""

import asyncio
from typing import Any

import pytest

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.mllp.client import connect
from tests.support.feed import LIMIT, Feed

DIGITS = "一二三四五六七八九十"
NUMBER = "510104195803129013"


def adt(event: str = "A01", control: str = "C1", charset: str = "UNICODE UTF-8", **fields: str) -> str:
    name = fields.get("name", "张^三")
    moment = fields.get("moment", "20260301080000")
    visit = fields.get("visit", "V1")
    return (
        "\r".join(
            [
                f"MSH|^~\\&|HIS|{fields.get('facility', 'TEST1')}|FURONG|REGION|{moment}||ADT^{event}"
                f"|{control}|P|2.4||||||{charset}",
                f"EVN|{event}|{moment}",
                f"PID|1||{fields.get('id', 'P100')}^^^TEST1^PI~{NUMBER}^^^^NI||{name}||19580312|M",
                f"PV1|1|I|3B^301^1||||D1^李^医生||||||||||||{visit}|||||||||||||||||||||||||{moment}",
                *fields.get("more", "").split("\n"),
            ]
        ).strip("\r")
        + "\r"
    )


def oru(control: str, value: str = "7.9", moment: str = "20260302090000", **fields: str) -> str:
    return (
        f"MSH|^~\\&|LIS|TEST1|FURONG|REGION|{moment}||ORU^R01^ORU_R01|{control}|P|2.5.1||||||UNICODE UTF-8\r"
        f"PID|1||{fields.get('id', 'P100')}^^^TEST1^PI||张^三||19580312|M\r"
        f"OBR|1|O1|F1|4548-4^HbA1c^LN|||{moment}\r"
        f"ZXX|between\r"
        f"OBX|1|NM|4548-4^HbA1c^LN||{value}|%|4.0-6.0|H|||F|||{moment}\r"
    )


def answer(block: bytes) -> Message:
    return Message.parse(decode(block, "UTF-8").text)


def code(block: bytes) -> str:
    msa = answer(block)["MSA"]
    assert msa is not None
    return str(msa[1].value)


async def entries(feed: Feed, path: str) -> list[dict[str, Any]]:
    client = await feed.web.client()
    bundle = (await client.get(path)).json()
    return [entry["resource"] for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]


async def test_a_message_is_acknowledged_and_readable(feed: Feed) -> None:
    replies = await feed.send(adt().encode(), oru("C2").encode())
    assert [code(reply) for reply in replies] == ["AA", "AA"]
    assert await feed.settled() == {"done": 2}
    patients = await entries(feed, f"/Patient?identifier={NUMBER}")
    assert [patient["name"][0]["text"] for patient in patients] == ["张三"]
    results = await entries(feed, f"/Observation?patient={patients[0]['id']}&code=http://loinc.org|4548-4")
    assert [str(result["valueQuantity"]["value"]) for result in results] == ["7.9"]
    assert len(await entries(feed, "/Encounter")) == 1
    assert await entries(feed, "/Provenance")


@pytest.mark.parametrize("name", ["珅^琝玘", "张^㛃", "李^䶮", "王^𬭎"])
@pytest.mark.parametrize(
    ("charset", "codec"), [("GB18030", "gb18030"), ("", "gb18030"), ("UNICODE UTF-8", "utf-8")]
)
async def test_dangerous_characters_survive(feed: Feed, name: str, charset: str, codec: str) -> None:
    block = adt(name=name, charset=charset).encode(codec)
    if name == "李^䶮" and codec == "gb18030":
        block = adt(name="李^X", charset=charset).encode(codec).replace(b"^X|", b"^\xfe\x9f|")
    assert code((await feed.send(block))[0]) == "AA"
    await feed.settled()
    assert (await entries(feed, "/Patient"))[0]["name"][0]["text"] == name.replace("^", "")


async def test_garbage_is_refused_with_its_place_and_the_listener_goes_on(feed: Feed) -> None:
    garbage, event, good = await feed.send(
        b"garbage", adt("A01").replace("ADT^A01", "XXX^A01").encode(), adt().encode()
    )
    assert (code(garbage), code(event), code(good)) == ("AR", "AR", "AA")
    error = answer(garbage)["ERR"]
    assert error is not None
    assert error[2][1].value == "MSH"


async def test_a_message_sent_again_gets_the_same_answer_and_is_not_doubled(feed: Feed) -> None:
    block = adt().encode()
    first, second = (await feed.send(block))[0], (await feed.send(block))[0]
    assert first == second
    assert await feed.settled() == {"done": 1}


async def test_the_same_control_id_with_another_body_is_processed(feed: Feed) -> None:
    await feed.send(adt(control="X").encode(), adt(control="X", id="P200", visit="V2", name="李^四").encode())
    assert await feed.settled() == {"done": 2}
    assert len(await entries(feed, "/Patient")) == 2


async def test_replaying_everything_changes_nothing(feed: Feed) -> None:
    more = "AL1|1|DA|P^青霉素^L|SV|皮疹\nDG1|1||E11.9^2型糖尿病^I10"
    await feed.send(
        adt(more=more).encode(), oru("C2").encode(), adt("A03", "C3", moment="20260305080000").encode()
    )
    await feed.settled()
    before = {row["_id"]: row["version"] async for row in feed.inbox.collection.database["resources"].find()}
    assert await feed.inbox.replay({}) == 3
    assert await feed.settled() == {"done": 3}
    after = {row["_id"]: row["version"] async for row in feed.inbox.collection.database["resources"].find()}
    assert after == before


async def test_older_news_changes_nothing_newer_whatever_the_order(feed: Feed) -> None:
    await feed.send(
        adt("A03", "C2", moment="20260305080000").encode(), adt("A01", "C1", moment="20260301080000").encode()
    )
    await feed.settled()
    visits = await entries(feed, "/Encounter")
    assert [visit["status"] for visit in visits] == ["finished"]


async def test_a_result_before_its_patient_is_completed_not_doubled(feed: Feed) -> None:
    await feed.send(oru("C1").encode(), adt(control="C2").encode())
    await feed.settled()
    patients = await entries(feed, "/Patient")
    assert len(patients) == 1
    assert patients[0]["birthDate"] == "1958-03-12"


async def test_an_allergy_left_out_of_the_next_list_is_inactive(feed: Feed) -> None:
    await feed.send(adt(control="C1", more="AL1|1|DA|P^青霉素^L\nAL1|2|DA|S^磺胺^L").encode())
    await feed.send(adt("A08", "C2", moment="20260301090000", more="AL1|1|DA|P^青霉素^L").encode())
    await feed.settled()
    found = await entries(feed, "/AllergyIntolerance")
    states = {each["code"]["text"]: each["clinicalStatus"]["coding"][0]["code"] for each in found}
    assert states == {"青霉素": "active", "磺胺": "inactive"}


async def test_many_connections_at_once_lose_and_double_nothing(feed: Feed) -> None:
    async def hospital(number: int) -> None:
        blocks = [
            adt("A08", f"{number}-{turn}", id=f"P{number}", visit=f"V{number}", name="王^" + DIGITS[turn],
                moment=f"202603010800{turn:02}", facility=f"H{number}").encode()
            for turn in range(10)
        ]  # fmt: skip
        assert [code(reply) for reply in await feed.send(*blocks)] == ["AA"] * 10

    await asyncio.gather(*(hospital(number) for number in range(8)))
    assert await feed.settled() == {"done": 80}
    patients = await entries(feed, "/Patient?_count=100")
    assert sorted(patient["name"][0]["text"] for patient in patients) == ["王十"] * 8


async def test_an_oversized_message_is_refused_and_the_next_is_taken(feed: Feed) -> None:
    huge = adt(control="BIG", more="NTE|1||" + "x" * (LIMIT + 1000)).encode()
    big, good = await feed.send(huge, adt().encode())
    assert code(big) in ("AR", "AE")
    assert code(good) == "AA"


async def test_what_has_no_map_is_listed(feed: Feed) -> None:
    await feed.send(oru("C1").encode())
    await feed.settled()
    (row,) = await feed.rows()
    assert any(place.startswith("ZXX") for place in row["unmapped"])


async def test_a_message_that_can_never_be_stored_holds_up_nobody(feed: Feed) -> None:
    huge = oru("HUGE").replace("7.9|%", "7.9|" + "%" * 4_500_000).replace("|NM|", "|ST|").encode()
    blocks = [
        huge.replace(b"HUGE", b"HUGE%d" % number).replace(b"F1|", b"F%d|" % number) for number in range(2)
    ]
    await feed.send(*blocks)
    await feed.send(adt(control="AFTER", id="P9", visit="V9").encode())
    await feed.settled()
    rows = {row["control_id"]: row["state"] for row in await feed.rows()}
    assert rows["AFTER"] == "done"
    assert set(rows.values()) <= {"done", "dead"}


async def test_bytes_with_frame_characters_in_them_are_answered(feed: Feed) -> None:
    garbage = bytes(range(0x0E, 0xFF)) * 3
    async with await connect("127.0.0.1", feed.port, seconds=5) as connection:
        assert code(await connection.send(garbage)) == "AR"
    assert code((await feed.send(adt().encode()))[0]) == "AA"


async def test_what_was_refused_is_judged_anew_and_kept_once(feed: Feed) -> None:
    wrong = adt("A01").replace("ADT^A01", "XXX^A01").encode()
    first, second = (await feed.send(wrong))[0], (await feed.send(wrong))[0]
    assert (code(first), code(second)) == ("AR", "AR")
    (row,) = await feed.rows()
    assert (row["state"], row["repeated"]) == ("refused", 1)


async def test_what_a_feed_reports_no_clinic_changes(feed: Feed) -> None:
    await feed.send(adt(facility="TEST1").encode())
    await feed.settled()
    (patient,) = await entries(feed, "/Patient")
    organization = patient["managingOrganization"]["reference"]
    clinic = await feed.web.client("system/*.cruds", organization)
    assert (await clinic.get(f"/Patient/{patient['id']}")).status_code == 200
    assert (await clinic.put(f"/Patient/{patient['id']}", json=patient)).status_code == 403
    assert (await clinic.delete(f"/Patient/{patient['id']}")).status_code == 403
    regional = await feed.web.client()
    assert (await regional.put(f"/Patient/{patient['id']}", json=patient)).status_code == 200


async def test_a_result_for_somebody_else_under_a_known_number_is_not_filed(feed: Feed) -> None:
    await feed.send(adt(control="C1").encode())
    other = oru("C2").replace("张^三", "李^四").replace("19580312", "19900101")
    assert code((await feed.send(other.encode()))[0]) == "AA"
    assert await feed.settled() == {"done": 1, "dead": 1}
    dead = next(row for row in await feed.rows() if row["state"] == "dead")
    assert "somebody else" in dead["reason"]["text"]
    assert await entries(feed, "/Observation") == []


async def test_a_corrected_name_is_taken(feed: Feed) -> None:
    await feed.send(adt(control="C1", name="无名氏").encode())
    await feed.send(adt("A08", "C2", moment="20260302080000", name="张^三").encode())
    assert await feed.settled() == {"done": 2}
    assert (await entries(feed, "/Patient"))[0]["name"][0]["text"] == "张三"


async def test_a_message_without_a_map_waits_among_the_dead_letters(feed: Feed) -> None:
    staff = adt(control="M1", more="STF|1|S1").replace("ADT^A01", "PMU^B01").encode()
    assert code((await feed.send(staff))[0]) == "AA"
    assert await feed.settled() == {"dead": 1}
    (row,) = await feed.rows()
    assert row["reason"]["text"] == "there is no map for this kind of message yet"
