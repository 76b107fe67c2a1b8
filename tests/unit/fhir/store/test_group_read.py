"""Reads in parallel on a real collection, the commands counted by the server itself."""

import asyncio
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from fhir.store import Store
from fhir.store.group_read import GroupRead


async def finds(store: Store) -> int:
    status = await store.client.admin.command("serverStatus", metrics=1)
    return int(status["metrics"]["commands"]["find"]["total"])


async def filled(store: Store, count: int) -> Any:
    collection = store.database["shelves"]
    await collection.insert_many({"_id": f"r{n}", "n": n, "odd": bool(n % 2)} for n in range(count))
    return collection


async def test_each_gets_its_own_rows(store: Store) -> None:
    group = GroupRead(await filled(store, 300), {"n": True})
    asked = [[f"r{n}", f"r{n + 1}", "unknown"] for n in range(298)]
    before = await finds(store)
    found = await asyncio.gather(*(group.read(ids) for ids in asked))
    for n, rows in enumerate(found):
        assert rows == {f"r{n}": {"_id": f"r{n}", "n": n}, f"r{n + 1}": {"_id": f"r{n + 1}", "n": n + 1}}
    assert await finds(store) - before < 30, "they shared commands"
    assert await group.read([]) == {}
    await group.close()


async def test_what_it_also_asks_holds_for_every_row(store: Store) -> None:
    group = GroupRead(await filled(store, 4), {"n": True}, {"odd": True})
    assert set(await group.read(["r0", "r1", "r2", "r3"])) == {"r1", "r3"}


async def test_a_read_sees_what_was_written_before_it_was_asked(store: Store) -> None:
    collection = await filled(store, 1)
    group = GroupRead(collection, {"n": True})
    for value in range(50):
        under_way = asyncio.create_task(group.read(["r0"]))
        await asyncio.sleep(0)
        await collection.update_one({"_id": "r0"}, {"$set": {"n": value}})
        assert (await group.read(["r0"]))["r0"]["n"] == value
        await under_way


async def test_a_fault_reaches_all_who_share_it_and_nobody_after(store: Store) -> None:
    group = GroupRead(await filled(store, 2), {"n": {"$nonsense": 1}})
    results = await asyncio.gather(group.read(["r0"]), group.read(["r1"]), return_exceptions=True)
    assert all(isinstance(each, OperationFailure) for each in results)
    with pytest.raises(OperationFailure):
        await group.read(["r0"])


async def test_one_who_gives_up_disturbs_nobody(store: Store) -> None:
    group = GroupRead(await filled(store, 2), {"n": True})
    first, second = (asyncio.create_task(group.read([id])) for id in ("r0", "r1"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)["r1"]["n"] == 1
