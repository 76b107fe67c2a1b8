"""Attempts: counted before they are made, under any race."""

import asyncio
from datetime import timedelta

from auth.store import attempts
from auth.store.attempts import Limit
from auth.store.database import Database
from tests.unit.auth.conftest import Clock

LIMIT = Limit("test", 2, 4, timedelta(minutes=1))


async def test_a_subject_that_waits_is_told_until_when(base: Database, clock: Clock) -> None:
    assert await attempts.count(base, LIMIT, "x", "x") is None
    assert await attempts.count(base, LIMIT, "x", "x") is None
    assert await attempts.count(base, LIMIT, "x", "x") == clock.at + timedelta(seconds=1)
    assert await attempts.count(base, LIMIT, "y", "y") is None


async def test_simultaneous_attempts_are_all_counted(base: Database) -> None:
    wide = Limit("wide", 1000, 2000, timedelta(minutes=1))
    await asyncio.gather(*(attempts.count(base, wide, "x", "x") for _ in range(30)))
    row = await base["attempts"].find_one({})
    assert row is not None
    assert row["failures"] == 30


async def test_excuse_and_forget(base: Database, clock: Clock) -> None:
    await attempts.count(base, LIMIT, "x", "x")
    await attempts.excuse(base, LIMIT, "x")
    await attempts.excuse(base, LIMIT, "never counted")
    row = await base["attempts"].find_one({})
    assert row is not None
    assert row["failures"] == 0
    await attempts.forget(base, LIMIT, "x")
    assert await base["attempts"].count_documents({}) == 0
