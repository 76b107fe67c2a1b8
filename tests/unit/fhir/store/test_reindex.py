"""Reindexing: the index becomes what the resources say, and nothing else changes."""

import asyncio
from typing import Any

import pytest

from fhir.consistency import check
from fhir.store import EVERYONE, Store
from fhir.store.reindex import Reindexed
from tests.support.resources import observation, patient, put, remove


async def all_batches(store: Store, batch: int = 3, types: tuple[str, ...] = ()) -> list[Reindexed]:
    done = [await store.resources.reindex(batch=batch, types=types)]
    while done[-1].after is not None:
        done.append(await store.resources.reindex(after=done[-1].after, batch=batch, types=types))
    return done


async def spoil(store: Store, **filter: Any) -> None:
    await store.database["resources"].update_many(filter, {"$set": {"tokens": ["Observation"], "dates": []}})


async def test_what_differs_is_put_right_without_a_new_version(store: Store) -> None:
    await put(store, patient(), *(observation(f"o{n}", effectiveDateTime="2026-01") for n in range(7)))
    await remove(store, "Observation/o6")
    before = await store.database["resources"].find().sort("_id", 1).to_list()
    await spoil(store, deleted=False)
    done = await all_batches(store)
    assert sum(each.read for each in done) == sum(each.changed for each in done) == 7
    assert await store.database["resources"].find().sort("_id", 1).to_list() == before
    assert sum(each.changed for each in await all_batches(store)) == 0


async def test_an_interrupted_walk_goes_on_where_it_stopped(store: Store) -> None:
    await put(store, *(observation(f"o{n}") for n in range(5)))
    await spoil(store)
    first = await store.resources.reindex(batch=2)
    assert (first.read, first.changed, first.after) == (2, 2, "Observation/o1")
    second = await store.resources.reindex(batch=9, after=first.after)
    assert (second.read, second.changed, second.after) == (3, 3, None)


async def test_only_the_types_that_are_named(store: Store) -> None:
    await put(store, patient(), observation())
    await spoil(store)
    (done,) = await all_batches(store, types=("Patient",))
    assert (done.read, done.changed) == (1, 1)


async def test_what_cant_be_read_is_named_and_left(store: Store) -> None:
    await put(store, observation("o1"), observation("o2"))
    await spoil(store)
    await store.database["resources"].update_one({"_id": "Observation/o1"}, {"$set": {"body": b"\x01" * 40}})
    (done,) = await all_batches(store)
    assert (done.read, done.changed, done.refused) == (2, 1, ("Observation/o1",))


async def test_writers_at_the_same_time_are_not_undone(store: Store) -> None:
    await put(store, *(observation(f"o{n}") for n in range(30)))
    await spoil(store)

    async def write(number: int) -> None:
        for code in ("1111-1", "2222-2"):
            await put(store, observation(f"o{number}", code=code))

    await asyncio.gather(all_batches(store, 4), *(write(number) for number in range(0, 30, 2)))
    report = await check(store)
    assert report.drifted == []
    assert await store.resources.count({"tokens": "Observation.code|2222-2"}, EVERYONE) == 15


@pytest.mark.parametrize("missing", ["tokens", "dates", "sort"])
async def test_a_row_of_an_earlier_version_gets_what_it_lacks(store: Store, missing: str) -> None:
    await put(store, observation(effectiveDateTime="2026-01-01"))
    before = await store.database["resources"].find_one()
    await store.database["resources"].update_one({}, {"$unset": {missing: ""}})
    await store.resources.reindex()
    assert await store.database["resources"].find_one() == before
