"""Throttle: the delay grows from the fifth failure, the tenth locks, and nobody gets around it."""

import asyncio

import pytest

from auth.login import throttle
from auth.login.log_in import LogIn, LogInRefused, Reason, SignedIn
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import PASSWORD

HERE, THERE = "192.0.2.1", "198.51.100.7"


async def waits(base: Database, clock: Clock, login: str = "x", address: str = HERE) -> float:
    """Count one failure, then say how long the next attempt would have to wait, in seconds."""
    assert await throttle.admit(base, login, address) is None
    until = await throttle.admit(base, login, address)
    return (until - clock.at).total_seconds() if until else 0.0


async def test_the_delay_doubles_and_the_tenth_locks(base: Database, clock: Clock) -> None:
    for _ in range(4):
        assert await throttle.admit(base, "x", HERE) is None
    for seconds in (1, 2, 4, 8, 16):
        assert await waits(base, clock) == seconds
        clock.move(seconds=seconds)
    assert await waits(base, clock) == 30 * 60
    clock.move(seconds=30 * 60)
    assert await waits(base, clock) == 30 * 60


async def test_a_waiting_attempt_does_not_count(base: Database, clock: Clock) -> None:
    for _ in range(5):
        assert await throttle.admit(base, "x", HERE) is None
    for _ in range(20):
        assert await throttle.admit(base, "x", HERE) is not None
    clock.move(seconds=1)
    assert await waits(base, clock) == 2


async def test_a_hundred_guesses_at_once_are_five(base: Database) -> None:
    answers = await asyncio.gather(*(throttle.admit(base, "x", HERE) for _ in range(100)))
    assert 1 <= answers.count(None) <= 6


async def test_another_address_and_another_name_are_not_held_up(base: Database, clock: Clock) -> None:
    for _ in range(5):
        await throttle.admit(base, "x", HERE)
    assert await throttle.admit(base, "x", HERE) is not None
    assert await throttle.admit(base, "x", THERE) is None
    assert await throttle.admit(base, "y", HERE) is None


async def test_writing_the_name_differently_does_not_help(base: Database, clock: Clock) -> None:
    for name in ("doctor", "DOCTOR", " doctor", "ｄｏｃｔｏｒ", "Doctor "):
        assert await throttle.admit(base, name, HERE) is None
    assert await throttle.admit(base, "doctor", HERE) is not None


async def test_an_ipv6_customer_is_one_address(base: Database, clock: Clock) -> None:
    for number in range(5):
        assert await throttle.admit(base, "x", f"2001:db8::{number}") is None
    assert await throttle.admit(base, "x", "2001:db8::ffff:1") is not None
    assert await throttle.admit(base, "x", "2001:db8:1::1") is None


async def test_guesses_from_many_addresses_lock_the_name(base: Database, clock: Clock) -> None:
    answers = [await throttle.admit(base, "x", f"203.0.113.{number}") for number in range(90)]
    assert 59 <= answers.count(None) <= 64
    assert answers[-1] is not None


async def test_success_forgets_the_failures(base: Database, clock: Clock) -> None:
    for _ in range(4):
        await throttle.admit(base, "x", HERE)
    await throttle.succeed(base, "x", HERE)
    assert await waits(base, clock) == 0


async def test_the_security_officer_unlocks(base: Database, clock: Clock) -> None:
    for _ in range(12):
        await throttle.admit(base, "X", HERE)
        clock.move(seconds=20)
    assert await throttle.admit(base, "x", HERE) is not None
    await throttle.unlock(base, "x")
    assert await throttle.admit(base, "x", HERE) is None


async def test_what_was_typed_is_not_stored(base: Database) -> None:
    await throttle.admit(base, "my-password-in-the-wrong-field", HERE)
    rows = await base["attempts"].find().to_list()
    assert len(rows) == 3
    assert "wrong-field" not in str(rows)
    assert HERE not in str(rows)


async def test_the_right_password_does_not_help_while_waiting(
    log_in: LogIn, resident: AccountRecord, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(LogInRefused):
            await log_in.begin("resident", "wrong", HERE)
    for login in ("resident", "nobody"):
        if login == "nobody":
            for _ in range(5):
                with pytest.raises(LogInRefused):
                    await log_in.begin(login, "wrong", HERE)
        with pytest.raises(LogInRefused) as caught:
            await log_in.begin(login, PASSWORD, HERE)
        assert caught.value.reason is Reason.WAIT
        assert caught.value.until is not None
    clock.move(seconds=1)
    assert isinstance(await log_in.begin("resident", PASSWORD, HERE), SignedIn)
