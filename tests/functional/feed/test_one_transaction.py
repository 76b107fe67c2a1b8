"""One message is one transaction: all or nothing, conflicts are tried again (checklist lines 32, 39, 46)."""

import asyncio
from typing import Any

from tests.functional.feed.test_feed import adt, code, entries, oru
from tests.support.feed import Feed


async def kept(feed: Feed) -> dict[str, int]:
    rows = feed.web.platform.store.database["resources"].find()
    return {row["_id"]: row["version"] async for row in rows}


async def test_line_39_of_a_message_that_can_t_be_filed_nothing_is_kept(feed: Feed) -> None:
    """The visit is another patient's: the patient, allergy and doctor of the message stay out as well."""
    await feed.send(adt(control="C1", id="P1").replace("510104195803129013", "").encode())
    await feed.settled()
    before = await kept(feed)
    wrong = adt("A08", "C2", id="P2", name="李^四", moment="20260302080000", more="AL1|1|DA|P^青霉素")
    wrong = wrong.replace("D1^", "D2^").replace("510104195803129013", "")
    assert code((await feed.send(wrong.encode()))[0]) == "AA"
    assert await feed.settled() == {"done": 1, "dead": 1}
    (row,) = await feed.inbox.newest({"state": "dead"}, 1)
    assert (row["reason"]["code"], row["reason"]["issues"][0]["path"]) == ("number-of-another", "PV1[1]-19")
    assert await kept(feed) == before


async def test_line_39_messages_at_once_that_share_doctor_ward_and_code_conflict_and_all_succeed(
    feed: Feed,
) -> None:
    blocks = [
        adt(control=f"C{n}", id=f"P{n}", visit=f"V{n}", more=f"DG1|1||X{n % 2}^未知^本院|||A").replace(
            "510104195803129013^^^^NI", ""
        )
        for n in range(48)
    ]
    await asyncio.gather(*(feed.send(*(one.encode() for one in blocks[start::8])) for start in range(8)))
    assert await feed.settled() == {"done": 48}
    written = {version for row in await feed.rows() for version in row["versions"]}
    for name, count in (
        ("Patient", 48),
        ("Encounter", 48),
        ("Provenance", 48),
        ("Practitioner", 1),
        ("Location", 1),
    ):
        assert len({one for one in written if one.startswith(f"{name}/")}) == count
    tasks = await entries(feed, "/Task")
    assert len(tasks) == 2
    told = {
        one["what"]["identifier"]["value"]
        for each in await entries(feed, "/Provenance?_count=100")
        for one in each["entity"]
    }
    assert told == {f"C{n}" for n in range(48)}


async def test_line_32_the_same_body_under_a_new_control_id_makes_no_version(feed: Feed) -> None:
    await feed.send(adt(control="C1").encode(), oru("C2").encode())
    await feed.settled()
    before = await kept(feed)
    await feed.send(adt(control="C3").encode(), oru("C4").encode())
    assert await feed.settled() == {"done": 4}
    assert await kept(feed) == before
    assert [row["versions"] for row in await feed.rows()][2:] == [[], []]


def result(control: str, hour: int, state: str, value: str) -> bytes:
    moment = f"202603020{hour}0000"
    text = oru(control, value=value, moment=moment).replace("|||F|||", f"|||{state}|||")
    return text.encode()


async def results(feed: Feed) -> list[dict[str, Any]]:
    return await entries(feed, "/Observation")


async def test_line_46_a_correction_a_late_preliminary_and_a_withdrawal(feed: Feed) -> None:
    await feed.send(result("C1", 1, "P", "7.1"), result("C2", 2, "F", "7.2"), result("C3", 3, "C", "7.3"))
    await feed.send(result("C4", 4, "P", "9.9"))
    await feed.settled()
    (one,) = await results(feed)
    assert (one["status"], str(one["valueQuantity"]["value"])) == ("corrected", "7.3")
    client = await feed.web.client()
    history = (await client.get(f"/Observation/{one['id']}/_history")).json()
    values = [str(each["resource"]["valueQuantity"]["value"]) for each in history["entry"]]
    assert values == ["7.3", "7.2", "7.1"]
    await feed.send(result("C5", 5, "W", ""))
    await feed.settled()
    (one,) = await results(feed)
    assert (one["status"], one.get("valueQuantity")) == ("entered-in-error", None)
