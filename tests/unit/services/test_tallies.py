"""Hours counted from a real inbox: checklist line 66."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fhir.store import Store
from services import tallies
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.tallies import DAY, HOUR, LATE, Tally

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
SOURCES = frozenset({"S", "T"})


async def sent(inbox: Inbox, age: timedelta, source: str = "S", state: str = DONE, **more: Any) -> str:
    kept = await inbox.add(Arrival(b"MSH", b"", state, "p", source, f"C{inbox.next_id()}", code="AA"))
    change = {"received": NOW - age, "told": NOW - age} | more
    await inbox.collection.update_one({"_id": kept.id}, {"$set": change})
    return kept.id


@pytest.fixture
async def inbox(store: Store) -> Any:
    made = await inbox_of(store)
    yield made
    await made.close()


async def counted(inbox: Inbox) -> list[Tally]:
    return sorted(await tallies.of_a_day(inbox, SOURCES, NOW), key=lambda one: (one.hour, one.source))


async def rows(inbox: Inbox) -> list[dict[str, Any]]:
    return await inbox.collection.database["tallies"].find().sort("_id", 1).to_list()


async def test_line_66_what_is_counted_and_what_is_not_yet_give_the_same(inbox: Inbox) -> None:
    for age in (timedelta(minutes=5), 2 * HOUR, 3 * HOUR, 23 * HOUR, 2 * DAY):
        await sent(inbox, age)
    await sent(inbox, 3 * HOUR, "T", unmapped=["ZPI[1]-2"])
    await sent(inbox, 3 * HOUR, "elsewhere")
    live = await counted(inbox)
    assert await tallies.keep(inbox, SOURCES, NOW) == 24
    assert await counted(inbox) == live
    assert [(one.source, one.messages, one.flawed) for one in live] == [
        ("S", 1, 0), ("S", 1, 0), ("T", 1, 1), ("S", 1, 0), ("S", 1, 0),
    ]  # fmt: skip
    assert [one.hour.hour for one in live] == [13, 9, 9, 10, 12]


async def test_an_hour_is_counted_once_and_the_next_when_it_is_over(inbox: Inbox) -> None:
    await tallies.keep(inbox, SOURCES, NOW)
    assert await tallies.keep(inbox, SOURCES, NOW) == 0
    assert await tallies.keep(inbox, SOURCES, NOW + HOUR) == 1
    assert len(await rows(inbox)) == 25


async def test_an_hour_in_which_a_message_waits_is_counted_again(inbox: Inbox) -> None:
    id = await sent(inbox, 2 * HOUR, state=RECEIVED)
    await tallies.keep(inbox, SOURCES, NOW)
    assert [one.flawed for one in await counted(inbox)] == [0]
    await inbox.collection.update_one({"_id": id}, {"$set": {"state": DEAD}})
    assert await tallies.keep(inbox, SOURCES, NOW) == 1
    assert [one.flaws for one in await counted(inbox)] == [{"dead": 1}]
    assert await tallies.keep(inbox, SOURCES, NOW) == 0


async def test_an_hour_that_was_missed_is_counted_from_the_inbox(inbox: Inbox) -> None:
    """The worker was away: the page counts what it did not, and so does the worker when it is back."""
    await sent(inbox, 5 * HOUR)
    await tallies.keep(inbox, SOURCES, NOW)
    await inbox.collection.database["tallies"].delete_one({"_id": (NOW - 6 * HOUR).replace(minute=0)})
    assert [one.messages for one in await counted(inbox)] == [1]
    assert await tallies.keep(inbox, SOURCES, NOW) == 1


@pytest.mark.parametrize(
    ("more", "flaw"),
    [
        ({"findings": [{"text": "field-missing"}]}, "missing"),
        ({"findings": [{"text": "number"}, {"text": "timestamp"}]}, "number"),
        ({"findings": [{"text": "control-id-reused"}]}, None),
        ({"unmapped": ["ZPI[1]-2", "ZPI[1]-3"]}, "unmapped"),
        ({"codes": ["t1"]}, "codes"),
        ({"warnings": ["PID[1]-7: no date"]}, "warning"),
        ({"state": DEAD}, "dead"),
        ({"told": NOW - HOUR - LATE - timedelta(seconds=1)}, "late"),
        ({"told": NOW - HOUR - LATE}, None),
        ({"told": None}, None),
        ({}, None),
    ],
)
async def test_line_66_each_flaw(inbox: Inbox, more: dict[str, Any], flaw: str | None) -> None:
    await sent(inbox, HOUR, **more)
    (found,) = await counted(inbox)
    assert (found.flawed, found.flaws) == ((1, {flaw: 1}) if flaw else (0, {}))


async def test_line_66_and_69_a_tally_holds_nothing_of_a_message(inbox: Inbox) -> None:
    await sent(inbox, 2 * HOUR, findings=[{"text": "number", "location": "OBX^1^5"}], unmapped=["ZPI[1]-2"])
    await tallies.keep(inbox, SOURCES, NOW)
    told = [one for row in await rows(inbox) for one in row["told"]]
    assert len(told) == 1
    assert {name: type(value) for name, value in told[0].items()} == {
        "source": str, "code": str, "hour": datetime, "messages": int, "flawed": int, "number": int,
        "unmapped": int,
    }  # fmt: skip
