import asyncio
from contextlib import aclosing

import pytest
from pymongo.errors import OperationFailure

from fhir.store import Store
from fhir.store.reading_ahead import ahead


async def _filled(store: Store, count: int) -> None:
    await store.database["rows"].insert_many([{"_id": number} for number in range(count)])


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 23])
async def test_every_row_comes_once_in_the_order_of_the_cursor(store: Store, count: int) -> None:
    if count:
        await _filled(store, count)
    cursor = store.database["rows"].find(batch_size=5).sort("_id")
    found = [[row["_id"] for row in rows] async for rows in ahead(cursor, 5)]
    assert [each for rows in found for each in rows] == list(range(count))
    assert all(len(rows) == 5 for rows in found[:-1])


async def test_the_next_rows_are_on_their_way_while_the_caller_works(store: Store) -> None:
    await _filled(store, 20)
    cursor = store.database["rows"].find(batch_size=5).sort("_id")
    async with aclosing(ahead(cursor, 5)) as batches:
        assert len(await anext(batches)) == 5
        await asyncio.sleep(0.3)
        assert cursor.retrieved == 10


async def test_who_stops_early_leaves_no_cursor_open(store: Store) -> None:
    await _filled(store, 50)
    cursor = store.database["rows"].find(batch_size=5)
    async with aclosing(ahead(cursor, 5)) as batches:
        await anext(batches)
    assert not cursor.alive
    assert not [task for task in asyncio.all_tasks() if "to_list" in repr(task) and not task.done()]


async def test_a_fault_of_the_database_is_told(store: Store) -> None:
    with pytest.raises(OperationFailure):
        async for _ in ahead(store.database["rows"].find({"$nonsense": 1}), 5):
            pass
