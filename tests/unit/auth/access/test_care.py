from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.access.care import CareRelations, Owned
from auth.store.database import Database
from auth.store.relations import Relations
from fhir.store import Store
from fhir.store.changes import Changes
from fhir.store.projection import Projection
from fhir.store.stored import Stored
from fhir.store.transaction import Transaction
from tests.unit.auth.conftest import Clock

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


async def alone(patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {each: (each,) for each in patients}


@pytest.fixture
def relations(base: Database, clock: Clock) -> Relations:
    clock.at = NOW
    return Relations(base, alone, Changes(base))


def encounter(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "subject": {"reference": "Patient/p1"},
        "serviceProvider": {"reference": "Organization/h1"},
        "period": {"start": "2026-02-01T08:00:00+08:00", "end": "2026-02-03T08:00:00+08:00"},
    } | more


async def nothing(session: object, owner: str, token: str) -> list[Stored]:
    return []


async def related(relations: Relations, *encounters: dict[str, Any]) -> frozenset[str]:
    await CareRelations(relations, nothing).apply(None, encounters, {}.get)  # type: ignore[arg-type]
    return await relations.among("Organization/h1", None, ["Patient/p1", "Patient/p2"])


@pytest.mark.parametrize("status", ["finished", "in-progress", "arrived"])
async def test_who_treats_a_resident_may_see_the_file(relations: Relations, status: str) -> None:
    assert await related(relations, encounter(status=status)) == {"Patient/p1"}
    assert await relations.among("Organization/h2", None, ["Patient/p1"]) == frozenset()


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error"])
async def test_who_did_not_may_not(relations: Relations, status: str) -> None:
    assert await related(relations, encounter(status=status)) == frozenset()


@pytest.mark.parametrize(
    "more",
    [
        {"subject": {"reference": "Group/g1"}},
        {"subject": None},
        {"serviceProvider": {"display": "h1"}},
        {"serviceProvider": {"reference": "#h1"}},
    ],
)
async def test_an_encounter_that_names_none_relates_nobody(relations: Relations, more: Any) -> None:
    assert await related(relations, encounter(**more)) == frozenset()


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ({"start": "2026-02-01T08:00:00+08:00", "end": "2026-02-03T08:00:00+08:00"}, 339),
        ({"start": "2026-02-01T08:00:00+08:00"}, 337),
        ({}, 365),
        ({"end": "nonsense"}, 365),
    ],
)
async def test_twelve_months_from_the_last_contact(
    relations: Relations, clock: Clock, period: Any, days: int
) -> None:
    await related(relations, encounter(period=period))
    clock.at = NOW + timedelta(days=days - 1)
    assert await relations.among("Organization/h1", None, ["Patient/p1"])
    clock.at = NOW + timedelta(days=days + 1)
    assert not await relations.among("Organization/h1", None, ["Patient/p1"])


async def test_of_several_visits_at_once_the_latest_counts_in_whatever_order(relations: Relations) -> None:
    visits = [encounter(period={"end": day}) for day in ("2019-05-01", "2026-02-20", "2011-01-01")]
    assert await related(relations, *visits) == {"Patient/p1"}
    long_ago = [encounter(subject={"reference": "Patient/p2"}, period={"end": "2019-05-01"})] * 2
    assert await related(relations, *long_ago) == {"Patient/p1"}


@pytest.fixture
def following(store: Store, clock: Clock) -> Relations:
    clock.at = NOW
    return followed(store, CareRelations)


def followed(store: Store, keeping: Callable[[Relations, Owned], Projection]) -> Relations:
    """The relations that `keeping` keeps of what is written into the store."""
    relations = Relations(store.database, store.persons.linked, Changes(store.database))
    store.add_projections([keeping(relations, store.resources.owned)])
    return relations


async def write(store: Store, *encounters: dict[str, Any]) -> None:
    async def work(tx: Transaction) -> None:
        for each in encounters:
            tx.put(each)

    await store.resources.transact(work)


async def seen(relations: Relations) -> frozenset[str]:
    return await relations.among("Organization/h1", None, ["Patient/p1", "Patient/p2"])


@pytest.mark.parametrize(
    "ended",
    [
        {"status": "cancelled"},
        {"status": "entered-in-error"},
        {"status": "planned"},
        {"serviceProvider": {"reference": "Organization/h2"}},
        {"subject": {"display": "nobody"}},
    ],
)
async def test_what_a_visit_opened_ends_with_it(
    store: Store, following: Relations, ended: dict[str, Any]
) -> None:
    await write(store, encounter())
    assert await seen(following) == {"Patient/p1"}
    await write(store, encounter(**ended))
    assert await seen(following) == frozenset()
    await write(store, encounter())
    assert await seen(following) == {"Patient/p1"}


async def test_a_visit_of_somebody_else_opens_that_file_instead(store: Store, following: Relations) -> None:
    await write(store, encounter())
    await write(store, encounter(subject={"reference": "Patient/p2"}))
    assert await seen(following) == {"Patient/p2"}


async def test_the_other_visits_still_count_from_their_own_days(
    store: Store, following: Relations, clock: Clock
) -> None:
    old = encounter(id="e2", period={"end": "2025-06-01"})
    await write(store, old, encounter(), encounter(id="e3", status="cancelled"))
    await write(store, encounter(status="cancelled"))
    assert await seen(following) == {"Patient/p1"}
    clock.at = datetime(2026, 6, 3, tzinfo=UTC)
    assert await seen(following) == frozenset()


async def test_an_arrival_is_not_ended_by_a_cancelled_visit(store: Store, following: Relations) -> None:
    await write(store, encounter())
    await following.arrive(None, "Patient/p1", "Organization/h1", "card")
    await write(store, encounter(status="entered-in-error"))
    assert await seen(following) == {"Patient/p1"}
