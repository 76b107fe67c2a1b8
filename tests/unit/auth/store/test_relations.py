"""Care relations: who is in whose care, until when, through which of a person's Patients."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from auth import moment
from auth.store.database import Database
from auth.store.relations import Relations
from fhir.store.changes import Changes
from tests.unit.auth.conftest import Clock

H1, H2 = "Organization/h1", "Organization/h2"
A, A2, B = "Patient/a", "Patient/a2", "Patient/b"


class Links:
    """persons.linked over a table of persons."""

    def __init__(self, *persons: Sequence[str]) -> None:
        self.persons = [tuple(person) for person in persons]

    async def __call__(self, patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {one: next((all for all in self.persons if one in all), (one,)) for one in patients}


@pytest.fixture
def links() -> Links:
    return Links((A, A2))


@pytest.fixture
def relations(base: Database, links: Links) -> Relations:
    return Relations(base, links, Changes(base))


async def seen(relations: Relations, organization: str = H1, practitioner: str | None = None) -> set[str]:
    """What `every` and `among` agree on."""
    every = await relations.every(organization, practitioner, 100)
    assert every == await relations.among(
        organization, practitioner, [A, A2, B, "Patient/c", "Organization/h1"]
    )
    return set(every or ())


async def test_nobody_is_related_at_first(relations: Relations) -> None:
    assert await seen(relations) == set()


async def test_an_encounter_opens_all_patients_of_the_person_to_that_organisation(
    relations: Relations,
) -> None:
    await relations.encounter(None, A, H1, moment.now())
    assert await seen(relations) == {A, A2}
    assert await seen(relations, H2) == set()


async def test_an_encounter_counts_for_twelve_months(relations: Relations, clock: Clock) -> None:
    await relations.encounter(None, B, H1, clock.at)
    clock.move(days=364)
    assert await seen(relations) == {B}
    clock.move(days=2)
    assert await seen(relations) == set()


async def test_a_later_encounter_extends_and_an_older_one_never_shortens(
    relations: Relations, clock: Clock
) -> None:
    await relations.encounter(None, B, H1, clock.at - timedelta(days=300))
    await relations.encounter(None, B, H1, clock.at)
    await relations.encounter(None, B, H1, clock.at - timedelta(days=200))
    clock.move(days=300)
    assert await seen(relations) == {B}


async def test_an_encounter_long_ago_opens_nothing(relations: Relations) -> None:
    await relations.encounter(None, B, H1, datetime(2001, 2, 3, tzinfo=UTC))
    assert await seen(relations) == set()


async def test_an_encounter_in_the_future_counts_as_now(relations: Relations, clock: Clock) -> None:
    await relations.encounter(None, B, H1, clock.at + timedelta(days=20_000))
    clock.move(days=367)
    assert await seen(relations) == set()


async def test_an_arrival_is_open_for_a_day(relations: Relations, clock: Clock) -> None:
    until = await relations.arrive(None, B, H1, "insurance card")
    assert until == clock.at + timedelta(hours=24)
    assert await seen(relations) == {B}
    clock.move(hours=24)
    assert await seen(relations) == set()


async def test_a_grant_to_a_practitioner_is_his_alone(relations: Relations, clock: Clock) -> None:
    until = clock.at + timedelta(days=1)
    await relations.grant(None, B, H1, until, "second opinion", practitioner="Practitioner/p")
    assert await seen(relations) == set()
    assert await seen(relations, H1, "Practitioner/p") == {B}
    assert await seen(relations, H1, "Practitioner/q") == set()
    assert await seen(relations, H2, "Practitioner/p") == set()


async def test_a_grant_can_be_withdrawn(relations: Relations, clock: Clock) -> None:
    await relations.grant(None, B, H1, clock.at + timedelta(days=9), "asked by the resident")
    await relations.grant(None, B, H1, clock.at, "withdrawn by the resident")
    assert await seen(relations) == set()


async def test_a_registration_opens_the_new_patient_but_not_the_person(relations: Relations) -> None:
    await relations.register(None, A2, H1)
    assert await seen(relations) == {A2}
    await relations.encounter(None, A2, H1, moment.now())
    assert await seen(relations) == {A2}
    await relations.arrive(None, A2, H1, "card")
    assert await seen(relations) == {A, A2}


async def test_unlinking_takes_the_other_patients_away_at_once(relations: Relations, links: Links) -> None:
    await relations.encounter(None, A, H1, moment.now())
    links.persons.clear()
    assert await seen(relations) == {A}


async def test_more_than_the_limit_is_none_and_not_everybody(relations: Relations) -> None:
    for number in range(4):
        await relations.encounter(None, f"Patient/{number}", H1, moment.now())
    assert await relations.every(H1, None, 4) is not None
    assert await relations.every(H1, None, 3) is None
    assert await relations.among(H1, None, ["Patient/0", B]) == {"Patient/0"}


async def test_simultaneous_encounters_make_one_relation(relations: Relations, base: Database) -> None:
    await asyncio.gather(*(relations.encounter(None, B, H1, moment.now()) for _ in range(20)))
    assert await base["relations"].count_documents({}) == 1


async def test_a_relation_is_part_of_the_transaction(relations: Relations, base: Database) -> None:
    async with base.client.start_session() as session:
        async with await session.start_transaction():
            await relations.encounter(session, B, H1, moment.now())
            await session.abort_transaction()
        assert await seen(relations) == set()
        async with await session.start_transaction():
            await relations.encounter(session, B, H1, moment.now())
    assert await seen(relations) == {B}


async def test_twelve_months_from_a_leap_day() -> None:
    assert moment.a_year_after(datetime(2024, 2, 29, tzinfo=UTC)) == datetime(2025, 3, 1, tzinfo=UTC)


async def test_a_visit_with_a_patient_of_another_house_opens_and_makes_nothing_its_own(
    relations: Relations,
) -> None:
    await relations.encounter(None, A, H1, moment.now())
    await relations.arrive(None, A2, H1, "HTEST")
    for patient in (A, A2):
        await relations.visit_as_guest(None, patient, H1)
        await relations.encounter(None, patient, H1, moment.now())
    for _ in ("asked", "known"):
        assert await relations.own(H1, [A, A2]) == {A}
        assert await seen(relations) == {A, A2}
    await relations.recount(None, A2, H1, [])
    await relations.encounter(None, A2, H1, moment.now())
    assert await relations.own(H1, [A2]) == set()
    await relations.visit_as_guest(None, B, H2)
    assert await seen(relations, H2) == set()
