"""How a source sends, over a real inbox: checklist line 66."""

from datetime import UTC, datetime, timedelta

import pytest

from fhir.store import Store
from services import rhythm
from services.inbox import DONE, Arrival, Inbox, inbox_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def filled(store: Store, *ages: timedelta, source: str = "S") -> Inbox:
    inbox = await inbox_of(store)
    for number, age in enumerate(ages):
        control = f"{source}{number}"
        await inbox.add(Arrival(b"MSH", b"", DONE, "p", source, control, code="AA"))
        await inbox.collection.update_one({"control_id": control}, {"$set": {"received": NOW - age}})
    await inbox.close()
    return inbox


DAILY = [n * DAY + HOUR / 2 for n in range(1, 8)]


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ([], False),
        (DAILY, True),
        ([*DAILY, HOUR / 2], False),
        (DAILY[:3], False),
        ([n * DAY + 5 * HOUR for n in range(8)], False),
        ([n * DAY + 5 * HOUR for n in range(1, 8)], True),
    ],
    ids=["new", "its hour is missed", "it sent", "no rhythm yet", "another hour", "its day is missed"],
)
async def test_line_66_silence_goes_by_the_sources_own_rhythm(
    store: Store, ages: list[timedelta], expected: bool
) -> None:
    inbox = await filled(store, *ages)
    last = await rhythm.latest(inbox, ["S"])
    assert await rhythm.silent(inbox, last, NOW) == (frozenset("S") if expected else frozenset())


async def test_line_66_each_source_is_told_apart(store: Store) -> None:
    await filled(store, *DAILY)
    await filled(store, *DAILY, HOUR / 2, source="T")
    inbox = await filled(store, HOUR, 2 * HOUR, source="U")
    last = await rhythm.latest(inbox, ["S", "T", "V"])
    assert last == {"S": NOW - DAY - HOUR / 2, "T": NOW - HOUR / 2}
    assert await rhythm.silent(inbox, last, NOW) == {"S"}
    assert await rhythm.since(inbox, ["S", "T", "U"], NOW - HOUR) == {"T": 1, "U": 1}


async def test_line_66_no_query_reads_more_than_its_index(store: Store) -> None:
    """100 sources must not cost 100 times the rows: the newest of each is found by a leap, not by a walk."""
    inbox = await filled(store, *(n * HOUR / 10 for n in range(50)))
    pipeline = [
        {"$match": {"source": {"$in": ["S"]}}},
        {"$sort": {"source": 1, "received": -1}},
        {"$group": {"_id": "$source", "last": {"$first": "$received"}}},
    ]
    command = {"aggregate": "inbox", "pipeline": pipeline, "cursor": {}}
    plan = await inbox.collection.database.command("explain", command, verbosity="executionStats")
    assert '"DISTINCT_SCAN"' in str(plan).replace("'", '"')
