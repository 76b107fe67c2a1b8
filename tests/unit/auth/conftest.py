"""An access database per test, with the real vault; the clock can be held and moved."""

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from auth import moment
from auth.store.database import Database, SyncDatabase
from fhir.store.vault import Vault


@pytest.fixture
def blocking_base(database: tuple[str, str]) -> Iterator[SyncDatabase]:
    uri, name = database
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
    with client:
        yield client[name]


@pytest.fixture
async def vault(base: Database) -> AsyncIterator[Vault]:
    vault = Vault(base["keys"], os.urandom(32))
    yield vault
    with contextlib.suppress(Exception):
        await vault.close()


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = moment.now()

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(moment, "now", clock)
    return clock
