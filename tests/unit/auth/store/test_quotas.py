"""Quotas on a real database: exact, however many ask at once."""

import asyncio
from datetime import timedelta

from auth.store import quotas
from auth.store.database import Database
from auth.store.quotas import Quota, Use
from tests.unit.auth.conftest import Clock

MINUTE = timedelta(minutes=1)


async def test_no_more_than_the_limit_is_leased_in_a_window(base: Database, clock: Clock) -> None:
    quota = Quota("requests", 100, MINUTE)
    granted = await asyncio.gather(*(quotas.lease(base, quota, "client", 7) for _ in range(30)))
    assert sum(granted) == 100
    assert await quotas.lease(base, quota, "another", 7) == 7
    clock.move(minutes=1)
    assert await quotas.lease(base, quota, "client", 7) == 7


async def test_uses_are_counted_exactly_by_many_at_once(base: Database, clock: Clock) -> None:
    quota = Quota("lookups", 10, MINUTE)
    full = await asyncio.gather(*(quotas.use(base, [Use(quota, "number")]) for _ in range(15)))
    assert full.count(None) == 10
    assert await quotas.use(base, [Use(quota, "number")]) == quota


async def test_what_was_used_before_needs_no_room(base: Database, clock: Clock) -> None:
    quota = Quota("numbers", 3, MINUTE)
    for items in (("a",), ("b", "c"), ("c", "a"), ("a", "b", "c")):
        assert await quotas.use(base, [Use(quota, "doctor", items)]) is None
    assert await quotas.use(base, [Use(quota, "doctor", ("d",))]) == quota
    assert await quotas.use(base, [Use(quota, "doctor", ("a",))]) is None
    assert await quotas.use(base, [Use(quota, "another", tuple("abcd"))]) == quota
    row = await base["quotas"].find_one({"items": {"$exists": True}})
    assert row is not None
    assert "doctor" not in str(row)


async def test_of_several_the_one_that_is_full_is_told(base: Database, clock: Clock) -> None:
    wide, narrow = Quota("wide", 5, MINUTE), Quota("narrow", 1, MINUTE)
    uses = [Use(wide, "doctor", ("a",)), Use(narrow, "a")]
    assert await quotas.use(base, uses) is None
    assert await quotas.use(base, uses) == narrow


async def test_a_window_says_when_the_next_begins(clock: Clock) -> None:
    quota = Quota("requests", 1, MINUTE)
    begin = quota.start()
    assert 1 <= quota.seconds_left() <= 60
    clock.move(minutes=1)
    assert quota.start() - begin == MINUTE
