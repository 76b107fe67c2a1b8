"""Checklist line 27, in the store: whatever would lead nowhere is found, from any element."""

from typing import Any

import pytest

from fhir.store import Store
from fhir.store.transaction import Transaction
from tests.support.resources import observation, organization, patient, put, remove

EXTENSION = {"url": "http://x.example/e", "valueReference": {"reference": "Organization/h1"}}


async def found(store: Store, *references: str, limit: int = 10) -> list[str]:
    return sorted(each.reference for each in await store.resources.referrers(references, limit))


@pytest.mark.parametrize(
    "more",
    [
        {"performer": [{"reference": "Organization/h1"}]},
        {"performer": [{"reference": "Organization/h1/_history/1"}]},
        {"extension": [EXTENSION]},
        {"code": {"text": "x", "extension": [EXTENSION]}},
        {"note": [{"text": "x", "authorReference": {"reference": "Organization/h1"}}]},
        {"contained": [{"resourceType": "Specimen", "id": "s", "extension": [EXTENSION]}]},
    ],
)
async def test_a_reference_from_any_element_is_found(store: Store, more: dict[str, Any]) -> None:
    await put(store, organization(), organization("h2"), observation(**more))
    assert await found(store, "Organization/h1") == ["Observation/o1"]
    assert await found(store, "Organization/h2") == []
    await put(store, observation())
    assert await found(store, "Organization/h1") == []


async def test_the_deleted_and_the_asked_refer_no_more(store: Store) -> None:
    await put(store, patient(), observation(), observation("o2"))
    assert await found(store, "Patient/p1") == ["Observation/o1", "Observation/o2"]
    assert await found(store, "Patient/p1", limit=1) == ["Observation/o1"]
    assert await found(store, "Patient/p1", "Observation/o1") == ["Observation/o2"]
    await remove(store, "Observation/o1")
    assert await found(store, "Patient/p1") == ["Observation/o2"]


async def test_many_are_asked_for_in_one_call(store: Store) -> None:
    await put(store, *(observation(f"o{number}", f"p{number}") for number in range(50)))
    assert len(await found(store, *(f"Patient/p{number}" for number in range(50)), limit=49)) == 49


async def test_a_transaction_finds_what_it_has_written_itself(store: Store) -> None:
    await put(store, patient(), observation())

    async def work(tx: Transaction) -> list[str]:
        tx.put(observation("o2"))
        tx.delete("Observation/o1")
        await tx.flush()
        return [each.reference for each in await tx.referrers(["Patient/p1"], 5)]

    assert await store.resources.transact(work) == ["Observation/o2"]
