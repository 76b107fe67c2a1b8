"""Authorization requests under way: kept as they came, answered once."""

import asyncio

from auth.store import authorization_requests as requests
from auth.store.database import Database
from tests.unit.auth.conftest import Clock

PARAMETERS = {"client_id": "app", "state": "病人 😀 %20", "a.b$c": "x"}


async def test_kept_as_it_came_with_what_was_picked(base: Database) -> None:
    name = await requests.insert(base, PARAMETERS)
    pending = await requests.find(base, name)
    assert pending is not None
    assert (dict(pending.parameters), pending.patient) == (PARAMETERS, None)
    await requests.pick(base, name, "Patient/p", "account-1 post-1")
    pending = await requests.find(base, name)
    assert pending is not None
    assert (pending.patient, pending.picker) == ("Patient/p", "account-1 post-1")


async def test_one_of_many_answers(base: Database) -> None:
    name = await requests.insert(base, PARAMETERS)
    assert sum(await asyncio.gather(*(requests.take(base, name) for _ in range(10)))) == 1
    assert await requests.find(base, name) is None


async def test_its_time_ends(base: Database, clock: Clock) -> None:
    name = await requests.insert(base, PARAMETERS)
    clock.move(seconds=requests.LIFE.total_seconds())
    assert await requests.find(base, name) is None
