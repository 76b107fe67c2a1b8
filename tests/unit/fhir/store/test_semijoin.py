"""Checklist line 90: no silent cap on what a chain looks into."""

import pytest

from fhir.outcome import Fault
from fhir.store import EVERYONE, Store, semijoin
from tests.support.access import Some
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put

OBSERVATIONS = {"tokens": "Observation"}


@pytest.fixture
async def filled(store: Store) -> Store:
    await put(store, patient("p1"), patient("p2"))
    await put(store, *(observation(f"o{n}", f"p{n % 2 + 1}") for n in range(6)))
    return store


async def test_what_is_visible_is_found(filled: Store) -> None:
    found = await semijoin.references(filled, OBSERVATIONS, Some("Patient/p1"))
    assert sorted(found) == ["Observation/o0", "Observation/o2", "Observation/o4"]
    assert len(await semijoin.references(filled, OBSERVATIONS, EVERYONE)) == 6


async def test_what_the_visible_refer_to_is_found_once(filled: Store) -> None:
    key = "Observation.subject"
    assert await semijoin.referred(filled, OBSERVATIONS, Some("Patient/p2"), key) == ["Patient/p2"]
    assert len(await semijoin.referred(filled, OBSERVATIONS, EVERYONE, key)) == 2
    assert await semijoin.referred(filled, OBSERVATIONS, EVERYONE, "Observation.encounter") == []


async def test_only_what_is_visible_is_tested(filled: Store) -> None:
    tested: list[str] = []

    def odd(resource: dict[str, str]) -> bool:
        tested.append(resource["id"])
        return resource["id"] in ("o2", "o3")

    assert await semijoin.confirmed(filled, OBSERVATIONS, Some("Patient/p1"), odd) == ["Observation/o2"]
    assert sorted(tested) == ["o0", "o2", "o4"]


@pytest.mark.parametrize(("name", "bound"), [("MOST", 5), ("LONGEST", 80), ("MOST_CONFIRMED", 5)])
async def test_beyond_the_bounds_it_is_refused(
    filled: Store, name: str, bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(semijoin, name, bound)
    looked = (
        semijoin.confirmed(filled, OBSERVATIONS, EVERYONE, bool)
        if name == "MOST_CONFIRMED"
        else semijoin.references(filled, OBSERVATIONS, EVERYONE)
    )
    await refused(looked, Fault.TOO_COSTLY)


async def test_any_of_several_parts(filled: Store) -> None:
    parts = [(OBSERVATIONS, Some("Patient/p1")), ({"tokens": "Patient"}, EVERYONE)]
    filter = await semijoin.narrowed(filled, parts)
    assert await filled.resources.count(filter, EVERYONE) == 5
