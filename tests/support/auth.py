"""The database of `auth` for the tests of who may do what."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from auth.store import ensure_indexes
from auth.store.database import Database


@pytest.fixture
async def base(database: tuple[str, str]) -> AsyncIterator[Database]:
    """A new database with the indexes of `auth`."""
    uri, name = database
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri, tz_aware=True)
    async with client:
        await ensure_indexes(client[name])
        yield client[name]
