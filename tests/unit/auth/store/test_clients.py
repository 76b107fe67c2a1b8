"""Registered clients, and the indexes of all stores of access."""

import pytest
from pymongo.errors import OperationFailure

from auth.store import clients, ensure_indexes
from auth.store.database import Database, SyncDatabase


async def test_a_client_is_found_as_it_was_registered(base: Database, blocking_base: SyncDatabase) -> None:
    client, secret = await clients.register(
        base, name="诊所", scope="system/*.rs", organization=None, regional=True
    )
    assert secret is not None
    assert clients.find(blocking_base, client.id) == client
    assert clients.find(blocking_base, "unknown") is None


async def test_indexes_may_be_created_again(base: Database) -> None:
    await ensure_indexes(base)
    await ensure_indexes(base)


async def test_an_index_that_differs_is_an_error_at_start(base: Database) -> None:
    await base["accounts"].drop_index("login_1")
    await base["accounts"].create_index("login")
    with pytest.raises(OperationFailure):
        await ensure_indexes(base)


async def test_what_a_client_calls_a_person_is_said_to_its_tokens(
    base: Database, blocking_base: SyncDatabase
) -> None:
    client, _ = await clients.register(base, name="HTEST", scope="system/*.rs", regional=True)
    rows = [{"_id": "mine", "client": client.id}, {"_id": "another's", "client": "another"}]
    await base["tokens"].insert_many(rows)
    for linked in (False, True):
        assert await clients.link(base, client.id, linked=linked)
        known = clients.find(blocking_base, client.id)
        assert known is not None
        assert known.linked is linked
        told = {row["_id"]: row.get("linked") async for row in base["tokens"].find()}
        assert told == {"mine": linked, "another's": None}
    assert not await clients.link(base, "unknown", linked=False)
