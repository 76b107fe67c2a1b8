"""The database of `auth` for the tests of who may do what, and passwords that are soon hashed."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from pymongo import AsyncMongoClient

from auth.login import passwords
from auth.store import ensure_indexes
from auth.store.database import Database


@pytest.fixture(scope="session", autouse=True)
def costly() -> Iterator[PasswordHasher]:
    """The platform's hasher; in this process, not in those that tests start, a cheap one stands for it."""
    with pytest.MonkeyPatch.context() as patch:
        own = passwords.HASHER
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield own


@pytest.fixture
async def base(database: tuple[str, str]) -> AsyncIterator[Database]:
    """An empty database with the indexes of `auth`."""
    uri, name = database
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri, tz_aware=True)
    async with client:
        await ensure_indexes(client[name])
        yield client[name]
