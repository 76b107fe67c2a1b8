"""Every resource type of R4 is created, read, updated, found, deleted and remembered."""

import pytest

from fhir.definitions.structures import resource_types
from fhir.definitions.terminology import shipped
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction


@pytest.mark.parametrize("slice", range(4))
async def test_every_type_lives_through_its_versions(store: Store, slice: int) -> None:
    types = sorted(resource_types)[slice::4]

    async def write(tx: Transaction, language: str) -> None:
        for type in types:
            tx.put({"resourceType": type, "id": "x", "language": language})

    async def remove(tx: Transaction) -> None:
        for type in types:
            tx.delete(f"{type}/x")

    await store.resources.transact(lambda tx: write(tx, "zh"))
    await store.resources.transact(lambda tx: write(tx, "en"))
    for type in types:
        stored = await store.resources.read(type, "x", EVERYONE)
        assert stored is not None
        assert (stored.version, stored.resource()["language"]) == (2, "en")
        assert await store.resources.count({"tokens": type}, EVERYONE) == 1 + len(shipped(type)), type
    await store.resources.transact(remove)
    for type in types:
        assert await store.resources.count({"tokens": type}, EVERYONE) == len(shipped(type)), type
        versions = await store.resources.history([(type, EVERYONE)], "x", limit=10)
        assert [(each.version, each.deleted) for each in versions] == [(3, True), (2, False), (1, False)]


def test_there_are_146_types() -> None:
    assert len(resource_types) == 146
