"""What one transaction writes, and what it leaves alone."""

import asyncio
from typing import Any

import pytest

from fhir.outcome import Fault
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, remove


async def versions(store: Store, type: str = "Patient", id: str = "p1") -> list[tuple[int, bool]]:
    found = await store.resources.history([(type, EVERYONE)], id, limit=100)
    return [(each.version, each.deleted) for each in found]


async def test_what_is_put_twice_alike_makes_no_new_version(store: Store) -> None:
    assert (await put(store, patient(gender="male"))).changed == {"Patient/p1"}
    again = await put(store, patient(gender="male"))
    assert (again.changed, again.written["Patient/p1"].version) == (set(), 1)
    assert await versions(store) == [(1, False)]


@pytest.mark.parametrize("meta", [{"tag": [{"code": "x"}]}, {"security": [{"code": "HTEST"}]}])
async def test_what_meta_says_of_its_own_is_compared_too(store: Store, meta: dict[str, Any]) -> None:
    await put(store, patient())
    await put(store, patient(meta=meta))
    await put(store, patient(meta=meta | {"versionId": "77", "lastUpdated": "1999-01-01T00:00:00Z"}))
    assert await versions(store) == [(2, False), (1, False)]


async def test_versions_have_no_gaps_over_deletion_and_return(store: Store) -> None:
    await put(store, patient())
    await remove(store, "Patient/p1")
    await remove(store, "Patient/p1")
    await put(store, patient())
    assert await versions(store) == [(3, False), (2, True), (1, False)]


async def test_to_delete_what_is_unknown_changes_nothing(store: Store) -> None:
    await remove(store, "Patient/nobody")
    assert await store.database["resources"].count_documents({}) == 0


async def test_all_or_nothing(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        tx.put(patient())
        await tx.flush()
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        await store.resources.transact(work)
    for collection in ("resources", "versions", "persons"):
        assert await store.database[collection].count_documents({}) == 0


async def test_a_transaction_reads_its_own_writes_once_flushed(store: Store) -> None:
    async def work(tx: Transaction) -> list[int]:
        tx.put(patient())
        await tx.flush()
        tx.put(patient(gender="male"))
        await tx.flush()
        return [
            (await tx.load(["Patient/p1"]))["Patient/p1"].version,
            len(await tx.find({"type": "Patient"}, EVERYONE)),
        ]

    assert await store.resources.transact(work) == [2, 1]
    assert await versions(store) == [(2, False), (1, False)]


async def test_memory_stays_until_it_is_told_otherwise(store: Store) -> None:
    async def remember(tx: Transaction, resource: dict[str, Any], memory: dict[str, Any] | None) -> None:
        tx.put(resource, memory=memory)

    async def held() -> Any:
        row = await store.database["resources"].find_one({"_id": "Patient/p1"})
        return (row["version"], row["memory"])

    await store.resources.transact(lambda tx: remember(tx, patient(), {"a": 1}))
    await store.resources.transact(lambda tx: remember(tx, patient(gender="male"), None))
    assert await held() == (2, {"a": 1})
    await store.resources.transact(lambda tx: remember(tx, patient(gender="male"), {"a": 2}))
    assert await held() == (2, {"a": 2})


async def test_who_records_a_resource_stays_its_recorder(store: Store) -> None:
    recorders = []
    for house, value in (("Organization/a", 1), ("Organization/b", 2), (None, 3)):

        async def work(tx: Transaction, house: str | None = house, value: int = value) -> None:
            tx.put(observation(valueInteger=value), recorder=house)

        await store.resources.transact(work)
    await remove(store, "Observation/o1")
    for name in ("versions", "resources"):
        recorders += [row["recorder"] async for row in store.database[name].find({"type": "Observation"})]
    assert recorders == ["Organization/a"] * 4
    made = await store.resources.create(patient("p9"), recorder="Organization/c")
    read = await store.resources.read("Patient", "p9", EVERYONE)
    assert read is not None
    assert made.recorder == read.recorder == read.row["recorder"] == "Organization/c"


async def test_writers_at_once_each_get_a_version(store: Store) -> None:
    async def add(number: int) -> None:
        async def work(tx: Transaction) -> None:
            current = (await tx.load(["Observation/o1"])).get("Observation/o1")
            notes = current.resource().get("note", []) if current else []
            tx.put(observation(note=[*notes, {"text": str(number)}]))

        await store.resources.transact(work)

    await asyncio.gather(*(add(number) for number in range(6)))
    stored = await store.resources.read("Observation", "o1", EVERYONE)
    assert stored is not None
    assert sorted(note["text"] for note in stored.resource()["note"]) == list("012345")
    assert [version for version, _ in await versions(store, "Observation", "o1")] == [6, 5, 4, 3, 2, 1]


async def test_a_row_that_is_larger_than_the_database_takes_is_refused(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        tx.put(patient())
        tx.put(patient("p2"), memory={"times": "x" * 17_000_000})

    await refused(store.resources.transact(work), Fault.TOO_LARGE)
    assert await versions(store) == []


async def test_others_have_their_turn_while_a_large_one_is_prepared(store: Store) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def work(tx: Transaction) -> int:
        for number in range(300):
            tx.put(observation(f"o{number}"))
        before = turns
        await tx._drafts()
        return turns - before

    task = asyncio.create_task(others())
    assert await store.resources.transact(work) >= 5
    task.cancel()
