"""A day on which messages tie to the second, replayed: checklist lines 36 and 38.

Hospitals stamp MSH-7 to the second and send a correction within it. The later arrival counts, and a replay of
everything leaves every resource as it is, to the byte and the version.
"""

from typing import Any

from services import dead_letters
from services.correction import corrected
from services.dead_letters import Steward
from services.inbox import DEAD
from tests.functional.feed.test_feed import adt, entries
from tests.support.feed import Feed

MOMENT = "20260301080000"
HEADER = "MSH|^~\\&|LIS|TEST1|FURONG|REGION|20260301080000||{kind}|{control}|P|2.5.1||||||UNICODE UTF-8\r"


def told(kind: str, control: str, *segments: str) -> bytes:
    event = f"EVN|{kind[4:7]}|{MOMENT}\r" if kind.startswith("ADT") else ""
    return (
        HEADER.format(kind=kind, control=control) + event + "".join(f"{one}\r" for one in segments)
    ).encode()


def pid(number: str, name: str = "王五HTEST", address: str = "") -> str:
    return f"PID|1||{number}^^^TEST1^PI||{name}||19600101|M|||{address}"


def pv1(visit: str, bed: str) -> str:
    return f"PV1|1|I|{bed}||||||||||||||||{visit}"


GLUCOSE = "OBR|1||F1|GLU^葡萄糖"
TIES = [
    (told("ADT^A31", "1", pid("A"), "AL1|1|DA|P^青霉素|SV\rAL1|2|DA|S^磺胺|MO"),
     told("ADT^A31", "2", pid("A", "王伍HTEST", "新街1号"), "AL1|1|DA|P^青霉素|MI")),
    (told("ADT^A01", "3", pid("B"), pv1("VB", "3B^2^2")),
     told("ADT^A08", "4", pid("B"), pv1("VB", "3B^1^1"))),
    (told("ADT^A02", "5", pid("B"), pv1("VB", "ICU^2^2")),
     told("ADT^A02", "6", pid("B"), pv1("VB", "ICU^1^1"))),
    (told("ORU^R01", "7", pid("A"), GLUCOSE, "OBX|1|NM|GLU||7.8|mmol/L|||||F"),
     told("ORU^R01", "8", pid("A"), GLUCOSE, "OBX|1|NM|GLU||5.6|mmol/L|||||F")),
    (told("ADT^A37", "9", pid("C"), "PV1|1|N", pid("D")),
     told("ADT^A24", "10", pid("C"), "PV1|1|N", pid("D"))),
    (told("ADT^A45", "11", pid("C"), "MRG|B^^^TEST1^PI||||VB", pv1("VB", "ICU^1^1")),
     told("ADT^A45", "12", pid("E"), "MRG|C^^^TEST1^PI||||VB", pv1("VB", "ICU^1^1"))),
]  # fmt: skip


async def files(feed: Feed) -> dict[str, Any]:
    """Every resource with its version and its bytes, and how many versions came before."""
    store = feed.web.platform.store.database
    kept = {row["_id"]: (row["version"], row["body"]) async for row in store["resources"].find()}
    return kept | {"before": await store["versions"].count_documents({})}


async def test_the_later_arrival_counts_and_a_replay_of_the_day_writes_nothing(feed: Feed) -> None:
    for first, second in TIES:
        await feed.send(first)
        await feed.send(second)
    await feed.settled()
    (patient,) = await entries(feed, "/Patient?identifier=A")
    assert (patient["name"][0]["text"], patient["address"][0]["text"]) == ("王伍HTEST", "新街1号")
    allergies = await entries(feed, f"/AllergyIntolerance?patient={patient['id']}")
    states = {one["code"]["text"]: one["clinicalStatus"]["coding"][0]["code"] for one in allergies}
    assert states == {"青霉素": "active", "磺胺": "inactive"}
    (result,) = await entries(feed, "/Observation")
    assert str(result["valueQuantity"]["value"]) == "5.6"
    (visit,) = await entries(feed, "/Encounter")
    (holder,) = await entries(feed, "/Patient?identifier=E")
    assert visit["subject"]["reference"] == f"Patient/{holder['id']}"
    beds = [each["location"]["reference"].partition("/")[2] for each in visit["location"]]
    names = {one["id"]: one["name"] for one in await entries(feed, "/Location")}
    assert [names[bed] for bed in beds] == ["3B 1 1", "ICU 2 2", "ICU 1 1"]
    (linked,) = await entries(feed, "/Patient?identifier=C")
    assert [one["type"] for one in linked["link"]] == ["seealso"]
    before = await files(feed)
    for _ in range(2):
        await feed.inbox.replay({})
        assert DEAD not in await feed.settled()
        assert await files(feed) == before


async def test_each_message_alone_processed_again_in_any_order_writes_nothing(feed: Feed) -> None:
    await feed.send(*(each for tie in TIES for each in tie))
    await feed.settled()
    before = await files(feed)
    for row in reversed(await feed.rows()):
        await feed.inbox.replay({"_id": row["_id"]})
        await feed.settled()
    assert await files(feed) == before


async def test_what_stands_for_a_dead_letter_has_its_place_in_the_order(feed: Feed) -> None:
    """The sender corrected himself before the steward did: his word stays."""
    store = feed.web.platform.store
    await feed.send(adt("A31", "1", id="P1", name="张^三").encode())
    await feed.settled()
    (row,) = await feed.rows()
    await feed.inbox.collection.update_one({"_id": row["_id"]}, {"$set": {"state": DEAD}})
    await feed.send(adt("A31", "2", id="P1", name="张^叁").encode())
    await feed.settled()
    text = adt("A31", "1", id="P1", name="张^山")
    await dead_letters.replace(feed.inbox, row, corrected(store.keyed, row, text, ["P"]), Steward("s", "S"))
    await feed.settled()
    (patient,) = await entries(feed, "/Patient")
    assert patient["name"][0]["text"] == "张叁"
