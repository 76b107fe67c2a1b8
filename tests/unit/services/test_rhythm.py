"""How a source sends, over a real inbox: checklist line 66."""

from datetime import UTC, datetime, timedelta

import pytest

from fhir.store import Store
from services import rhythm
from services.inbox import DONE, Arrival, Inbox, inbox_of

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def filled(store: Store, *ages: timedelta, code: str = "AA") -> Inbox:
    inbox = await inbox_of(store)
    for number, age in enumerate(ages):
        await inbox.add(Arrival(b"MSH", b"", DONE, "p", "S", f"{code}{number}", code=code))
        await inbox.collection.update_one(
            {"control_id": f"{code}{number}"}, {"$set": {"received": NOW - age}}
        )
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
    assert await rhythm.silent(await filled(store, *ages), "S", NOW) is expected


async def test_line_66_answers_are_counted_by_code(store: Store) -> None:
    await filled(store, HOUR, HOUR, 2 * DAY)
    inbox = await filled(store, HOUR, code="AE")
    assert await rhythm.codes(inbox, "S", NOW - DAY) == {"AA": 2, "AE": 1}
    assert len(await rhythm.sample(inbox, "S", NOW - DAY)) == 3
