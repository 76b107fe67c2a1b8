"""Rate limits that are exceeded by processes that share a database; security-and-scale.md, line 39."""

from typing import Any

import pytest
from pymongo import AsyncMongoClient

from auth.principal import Kind, Principal
from auth.rate_limits import RateLimits, Rates, Throttled
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.support.commands import Commands
from tests.unit.auth.conftest import Clock

DOCTOR = Principal(Kind.PERSON, "account-1", "HTEST Li")
APP = Principal(Kind.PERSON, "account-1", "HTEST app", client_id="app")
SYSTEM = Principal(Kind.SYSTEM, "clinic", "HTEST clinic", client_id="clinic")


async def _let_through(limits: list[RateLimits], who: Principal, asked: int) -> int:
    passed, told = 0, list[tuple[int, bool]]()
    for number in range(asked):
        try:
            await limits[number % len(limits)].request(who)
            passed += 1
        except Throttled as refusal:
            told.append((refusal.status, refusal.retry_after <= 60))
    assert set(told) <= {(429, True)}
    return passed


async def test_all_processes_together_let_no_more_through(base: Database, vault: Vault, clock: Clock) -> None:
    """Shares may leave a little unused, and never give too much."""
    limits = [RateLimits(base, Rates(client_requests=200), vault.keyed) for _ in range(3)]
    assert await _let_through(limits, SYSTEM, 400) == 200
    clock.move(minutes=1)
    assert await _let_through(limits, SYSTEM, 50) == 50


async def test_most_requests_cost_no_command(database: tuple[str, str], vault: Vault, clock: Clock) -> None:
    sent = Commands()
    async with AsyncMongoClient[dict[str, Any]](database[0], event_listeners=[sent]) as client:
        limits = RateLimits(client[database[1]], Rates(client_requests=5_000), vault.keyed)
        assert await _let_through([limits], SYSTEM, 1_000) == 1_000
        assert sent.names.count("findAndModify") == 10
        assert await _let_through([limits], SYSTEM, 9_000) == 4_000
        assert sent.names.count("findAndModify") == 51


async def test_an_app_counts_for_itself_and_for_its_person(
    base: Database, vault: Vault, clock: Clock
) -> None:
    limits = [RateLimits(base, Rates(client_requests=100, user_requests=10), vault.keyed)]
    assert await _let_through(limits, APP, 6) == 6
    assert await _let_through(limits, DOCTOR, 6) == 4
    assert await _let_through(limits, SYSTEM, 20) == 20


async def test_a_person_looks_up_so_many_different_numbers_an_hour(
    base: Database, vault: Vault, clock: Clock
) -> None:
    limits = RateLimits(base, Rates(user_lookups=20), vault.keyed)
    for number in range(20):
        await limits.look_up(DOCTOR, [str(number)])
    await limits.look_up(DOCTOR, ["1", "2"])
    for wanted in (["20"], [str(each) for each in range(19, 22)]):
        with pytest.raises(Throttled, match="different numbers: at most 20 in one hour"):
            await limits.look_up(DOCTOR, wanted)
    await limits.look_up(SYSTEM, ["20"])
    clock.move(hours=1)
    await limits.look_up(DOCTOR, ["20"])


async def test_one_number_is_looked_up_so_often_by_all(base: Database, vault: Vault, clock: Clock) -> None:
    limits = RateLimits(base, Rates(number_lookups=5), vault.keyed)
    for account in range(5):
        await limits.look_up(Principal(Kind.PERSON, f"account-{account}", "HTEST"), ["1"])
    with pytest.raises(Throttled, match="this number has been looked up too often"):
        await limits.look_up(DOCTOR, ["1"])
    await limits.look_up(DOCTOR, ["2"])


async def test_a_system_is_counted_where_the_site_says_so(base: Database, vault: Vault, clock: Clock) -> None:
    limits = RateLimits(base, Rates(client_lookups=3), vault.keyed)
    for number in "123":
        await limits.look_up(SYSTEM, [number])
    with pytest.raises(Throttled, match="searches by identifier"):
        await limits.look_up(SYSTEM, ["1"])


async def test_an_address_asks_for_so_many_authorizations(base: Database, vault: Vault, clock: Clock) -> None:
    limits = RateLimits(base, Rates(authorizations=4), vault.keyed)
    for number in range(4):
        await limits.authorization(f"2001:db8::{number}")
    with pytest.raises(Throttled, match="from this address"):
        await limits.authorization("2001:db8::9")
    await limits.authorization("2001:db8:1::1")
