"""Who is known to have died, and since when; taken back at once where he lives after all."""

import pytest

from auth.store.database import Database
from auth.store.deaths import Deaths
from fhir.resource import Resource
from fhir.store.changes import Changes
from tests.unit.auth.conftest import Clock


def patient(**more: object) -> Resource:
    return {"resourceType": "Patient", "id": "a", **more}


def no_former(reference: str) -> None:
    """It is new."""


@pytest.fixture
def deaths(base: Database) -> Deaths:
    return Deaths(base, Changes(base))


@pytest.mark.parametrize(
    ("said", "until"),
    [("2026-02-03", "2026-02-03T16"), ("2026-02", "2026-02-28T16"), ("2026", "2026-12-31T16")],
)
async def test_a_date_counts_to_its_end(deaths: Deaths, said: str, until: str) -> None:
    await deaths.apply(None, [patient(deceasedDateTime=said)], no_former)
    found = await deaths.of(["Patient/a", "Patient/b"])
    assert found.keys() == {"Patient/a"}
    assert found["Patient/a"].isoformat().startswith(until), "of the day in Chengdu"


async def test_without_a_date_the_first_word_counts(deaths: Deaths, clock: Clock) -> None:
    await deaths.apply(None, [patient(deceasedBoolean=True)], no_former)
    first = await deaths.of(["Patient/a"])
    clock.move(days=3)
    await deaths.apply(None, [patient(deceasedBoolean=True)], no_former)
    assert await deaths.of(["Patient/a"]) == first
    await deaths.apply(None, [patient(deceasedDateTime="2020")], no_former)
    assert (await deaths.of(["Patient/a"]))["Patient/a"] < first["Patient/a"]


async def test_who_lives_after_all_or_is_deleted_is_not_there(deaths: Deaths) -> None:
    for taken_back in (patient(deceasedBoolean=False), patient()):
        await deaths.apply(None, [patient(deceasedBoolean=True)], no_former)
        assert await deaths.of(["Patient/a"])
        await deaths.apply(None, [taken_back], no_former)
        assert await deaths.of(["Patient/a"]) == {}
    await deaths.apply(None, [patient(deceasedBoolean=True)], no_former)
    async with deaths._rows.database.client.start_session() as session:
        await deaths.remove(session, ["Patient/a"], no_former)
    assert await deaths.of(["Patient/a"]) == {}
