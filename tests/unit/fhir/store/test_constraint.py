import pytest

from fhir.outcome import Refusal
from fhir.store import EVERYONE, Store, constraint
from fhir.store.constraint import Filter, narrow
from tests.support.access import Some
from tests.support.resources import observation, patient, put

FILTER = {"tokens": "Observation"}


async def references(store: Store, who: object) -> list[str]:
    rows = store.database["resources"]
    found = rows.find(await narrow(rows, FILTER, who))  # type: ignore[arg-type]
    return sorted([row["_id"] async for row in found])


@pytest.fixture(autouse=True)
async def files(store: Store) -> None:
    people = [patient(id) for id in ("p1", "p2", "p3")]
    await put(store, *people, *(observation(f"o{id}", f"p{id}") for id in (1, 2, 3)))


async def test_no_restriction_leaves_the_query_as_it_is(store: Store) -> None:
    assert await narrow(store.database["resources"], FILTER, EVERYONE) is FILTER


@pytest.mark.parametrize("few", [True, False])
async def test_only_the_owners_of_the_constraint_are_found(store: Store, few: bool) -> None:
    some = Some("Patient/p1", "Patient/p3", few=few)
    assert await references(store, some) == ["Observation/o1", "Observation/o3"]


@pytest.mark.parametrize("few", [True, False])
async def test_a_constraint_of_nobody_finds_nothing(store: Store, few: bool) -> None:
    assert await references(store, Some(few=few)) == []


@pytest.mark.parametrize(
    "named",
    [{"owner": "Patient/p1"}, {"owner": {"$in": ["Patient/p1", "Patient/p2"]}, "tokens": "Observation"}],
)
async def test_whom_the_query_names_is_all_that_is_asked_about(
    store: Store, named: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Some("Patient/p1", "Patient/p3")
    monkeypatch.setattr(Some, "every", None)
    rows = store.database["resources"]
    found = rows.find(await narrow(rows, {"$and": [{"$and": [named]}, FILTER]}, some))
    assert [row["_id"] async for row in found] == ["Observation/o1"]


async def test_owners_of_one_branch_alone_narrow_nothing(store: Store) -> None:
    either: Filter = {"$or": [{"owner": "Patient/p1"}, {"owner": "Patient/p3"}], "tokens": "Observation"}
    rows = store.database["resources"]
    found = rows.find(await narrow(rows, either, Some("Patient/p3")))
    assert [row["_id"] async for row in found] == ["Observation/o3"]


async def test_too_many_on_both_sides_are_refused_and_not_cut(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constraint, "MANY", 3)
    assert len(await references(store, Some("Patient/p1", few=False))) == 1
    monkeypatch.setattr(constraint, "MANY", 2)
    with pytest.raises(Refusal) as refused:
        await references(store, Some("Patient/p1", few=False))
    assert refused.value.fault.name == "TOO_COSTLY"


async def test_everyone_is_more_than_can_be_listed() -> None:
    assert await EVERYONE.every(1) is None
    assert await EVERYONE.among(["Patient/p1"]) == {"Patient/p1"}
