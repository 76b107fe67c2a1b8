"""Group commit on the real database: each insert gets its own result."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pymongo.errors import DuplicateKeyError, PyMongoError, WriteError

from fhir.store import Store, group_insert
from fhir.store.group_insert import GroupCommit


@pytest.fixture
async def commit(store: Store) -> AsyncIterator[GroupCommit]:
    commit = GroupCommit(store.database["things"])
    yield commit
    await commit.close()


async def insert_all(commit: GroupCommit, *ids: object) -> list[BaseException | None]:
    return await asyncio.gather(*(commit.insert({"_id": id}) for id in ids), return_exceptions=True)


async def test_what_was_inserted_is_there_when_insert_returns(store: Store, commit: GroupCommit) -> None:
    await commit.insert({"_id": 1, "a": 2})
    assert await store.database["things"].find_one() == {"_id": 1, "a": 2}


async def test_more_than_one_batch_comes_in_whole(
    store: Store, commit: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_insert, "_LARGEST_BATCH", 7)
    assert await insert_all(commit, *range(50)) == [None] * 50
    assert await store.database["things"].count_documents({}) == 50


async def test_an_error_goes_to_the_insert_that_it_belongs_to(commit: GroupCommit) -> None:
    results = await insert_all(commit, "a", "b", "a", "c")
    assert [type(result) for result in results] == [type(None), type(None), DuplicateKeyError, type(None)]


async def test_the_error_says_nothing_of_the_document(store: Store, commit: GroupCommit) -> None:
    await commit.insert({"_id": "a-secret-name"})
    with pytest.raises(DuplicateKeyError) as error:
        await commit.insert({"_id": "a-secret-name"})
    assert "secret" not in str(error.value)


async def test_a_document_that_the_database_refuses_is_an_error_of_its_own(
    store: Store, commit: GroupCommit
) -> None:
    await store.database.create_collection("things", validator={"_id": {"$lt": 10}})
    results = await insert_all(commit, 1, 11)
    assert results[0] is None
    assert isinstance(results[1], WriteError)
    assert not isinstance(results[1], DuplicateKeyError)


async def test_a_command_that_fails_fails_all_that_were_in_it_and_none_after(
    store: Store, commit: GroupCommit
) -> None:
    # A view takes no inserts.
    await store.database.command("create", "things", viewOn="other", pipeline=[])
    results = await insert_all(commit, 1, 2)
    assert all(isinstance(result, PyMongoError) for result in results)
    await store.database.drop_collection("things")
    assert await insert_all(commit, 1, 2) == [None, None]


async def test_a_caller_that_gave_up_stops_nobody(store: Store, commit: GroupCommit) -> None:
    gone = asyncio.create_task(commit.insert({"_id": "gone"}))
    stays = asyncio.create_task(commit.insert({"_id": "stays"}))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_closing_waits_for_what_is_under_way(store: Store, commit: GroupCommit) -> None:
    task = asyncio.create_task(commit.insert({"_id": 1}))
    await asyncio.sleep(0)
    await commit.close()
    assert await store.database["things"].count_documents({}) == 1
    await task
