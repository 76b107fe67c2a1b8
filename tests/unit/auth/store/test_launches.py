"""Launches: bound to app, person and hat, for once, for minutes."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from auth import moment
from auth.store import launches
from auth.store.database import Database, SyncDatabase
from auth.store.launches import Launch
from tests.unit.auth.conftest import Clock

MINE = ("app", "account-1", "post-1")


@pytest.fixture
async def token(base: Database) -> str:
    end = moment.now() + launches.LIFE
    return await launches.start(base, Launch(*MINE, "Patient/p", "Encounter/e", "i", end))


async def test_one_of_many_claims(base: Database, blocking_base: SyncDatabase, token: str) -> None:
    assert await launches.find(base, token, *MINE)
    with ThreadPoolExecutor(10) as pool:
        claims = list(pool.map(lambda _: launches.claim(blocking_base, token, *MINE), range(10)))
    (launch,) = [claim for claim in claims if claim]
    assert (launch.patient, launch.encounter) == ("Patient/p", "Encounter/e")
    assert await launches.find(base, token, *MINE) is None


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_not_for_another(base: Database, blocking_base: SyncDatabase, token: str, place: int) -> None:
    others = [*MINE]
    others[place] = "other"
    assert await launches.find(base, token, *others) is None
    assert launches.claim(blocking_base, token, *others) is None
    assert launches.claim(blocking_base, "x", *MINE) is None


async def test_not_for_long(base: Database, token: str, clock: Clock) -> None:
    clock.move(seconds=launches.LIFE.total_seconds() + 1)
    assert await launches.find(base, token, *MINE) is None
