"""Lists that a message gives whole, in any order and of two sources: checklist lines 36, 38 and 43."""

from itertools import permutations
from typing import Any

from adapters.v2_to_fhir.source import Source
from services.sources import register
from tests.functional.feed.test_feed import adt, entries
from tests.support.feed import Feed

EVERYTHING = (
    "AL1|1|DA|P^青霉素|SV\nAL1|2|DA|S^磺胺|MO\nDG1|1||E11.9^糖尿病^I10|||A\nDG1|2||I10^高血压^I10|||A\n"
    "NK1|1|李四HTEST|SPO\nNK1|2|王五HTEST|CHD\nIN1|1|01^城镇职工|C1|医保\nIN1|2|02^商业|C2|商保"
)
HALF = (
    "AL1|1|DA|P^青霉素|SV\nDG1|1||I10^高血压^I10|||A\nNK1|1|王五HTEST|CHD\nIN1|1|02^商业|C2|商保"
)  # fmt: skip


def message(event: str, patient: str, day: int, more: str, facility: str = "TEST1") -> bytes:
    text = adt(
        event, f"{facility}{patient}{day}", id=patient, visit=f"V{patient}", facility=facility, more=more,
        moment=f"202603{day:02}080000",
    )  # fmt: skip
    return text.replace("510104195803129013^^^^NI", "").encode()


def words(resource: dict[str, Any]) -> tuple[str, str]:
    told = {**resource, **(resource.get("clinicalStatus") or {"coding": [{}]})["coding"][0]}
    name = (resource.get("code") or {}).get("text") or str(
        (resource.get("name") or resource.get("identifier") or [{}])[0]
    )
    state = (
        str(resource.get("active", resource.get("status")))
        if "clinicalStatus" not in resource
        else told["code"]
    )
    return name, state


async def lists(feed: Feed, patient: str) -> list[tuple[str, str]]:
    """The state of everything that stands in a list of the patient."""
    (found,) = await entries(feed, f"/Patient?identifier={patient}")
    told = []
    for type in ("AllergyIntolerance", "Condition", "RelatedPerson", "Coverage"):
        told += [words(each) for each in await entries(feed, f"/{type}?patient={found['id']}")]
    return sorted(told)


async def test_an_older_list_that_comes_late_brings_nothing_back(feed: Feed) -> None:
    """A newer list without them has come before: what the older one tells besides is born inactive."""
    ends = {}
    for number, order in enumerate(permutations(range(3))):
        patient = f"P{number}"
        sent = [
            message("A01", patient, 1, EVERYTHING),
            message("A08", patient, 2, HALF),
            message("A08", patient, 3, "PV2|||K80"),
        ]
        for each in order:
            await feed.send(sent[each])
        await feed.settled()
        ends[order] = await lists(feed, patient)
    assert [state for _, state in ends[0, 1, 2]].count("inactive") == 2
    assert len(ends[0, 1, 2]) == 8
    assert {order: end for order, end in ends.items() if end != ends[0, 1, 2]} == {}


async def test_what_is_listed_again_is_active_again_in_any_order(feed: Feed) -> None:
    for number, order in enumerate(permutations(range(3))):
        patient = f"P{number}"
        given = ("P^青霉素", "S^磺胺", "P^青霉素")
        sent = [
            message("A08", patient, day, f"AL1|1|DA|{name}|SV") for day, name in enumerate(given, start=1)
        ]
        for each in order:
            await feed.send(sent[each])
        await feed.settled()
        assert await lists(feed, patient) == [("磺胺", "inactive"), ("青霉素", "active")], order
    before = [
        (row["_id"], row["version"]) async for row in feed.inbox.collection.database["resources"].find()
    ]
    await feed.inbox.replay({})
    await feed.settled()
    after = [(row["_id"], row["version"]) async for row in feed.inbox.collection.database["resources"].find()]
    assert sorted(before) == sorted(after)


async def test_a_list_takes_out_nothing_that_another_source_tells(feed: Feed) -> None:
    """Two hospitals of one assigning authority share their patients, each keeps its own list."""
    for code in ("HA", "HB"):
        await register(
            feed.web.platform.database,
            Source(code, f"Organization/{code.lower()}", charset="UTF-8", authority="urn:oid:1.2.3"),
        )
    ours = "AL1|1|DA|P^青霉素|SV\nAL1|2|DA|C^头孢|SV"
    for number, order in enumerate(permutations(range(3))):
        patient = f"P{number}"
        sent = [
            message("A08", patient, 1, ours, "HA"),
            message("A08", patient, 2, "AL1|1|DA|S^磺胺|SV\nAL1|2|DA|C^头孢|SV", "HB"),
            message("A08", patient, 3, "AL1|1|DA|P^青霉素|SV", "HA"),
        ]
        for each in order:
            await feed.send(sent[each].replace(b"^^^TEST1^PI~", b""))
        await feed.settled()
        told = [("头孢", "active"), ("磺胺", "active"), ("青霉素", "active")]
        assert await lists(feed, patient) == told, order
        await feed.send(message("A08", patient, 4, "AL1|1|DA|S^磺胺|SV", "HB").replace(b"^^^TEST1^PI~", b""))
        await feed.settled()
        told[0] = ("头孢", "inactive")
        assert await lists(feed, patient) == told, order
