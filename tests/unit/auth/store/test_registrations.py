"""Initial access tokens: one app each."""

import asyncio

from auth.store import registrations
from auth.store.database import Database
from auth.store.registrations import LIFE, Invitation
from tests.unit.auth.conftest import Clock


async def test_used_once_unless_it_is_given_back(base: Database) -> None:
    invitation = Invitation("officer", "HTEST")
    token = await registrations.invite(base, invitation)
    claims = await asyncio.gather(*(registrations.claim(base, token) for _ in range(10)))
    assert [claim for claim in claims if claim] == [invitation]
    await registrations.release(base, token)
    assert await registrations.claim(base, token) == invitation


async def test_a_week(base: Database, clock: Clock) -> None:
    token = await registrations.invite(base, Invitation("officer", ""))
    clock.move(seconds=LIFE.total_seconds())
    assert await registrations.claim(base, token) is None
    assert await registrations.claim(base, "unknown") is None
    assert token not in str(await base["registrations"].find_one({}))
