"""A fresh second factor: what demands it can ask for it again, and nothing else counts as one."""

from datetime import timedelta

import pytest

from auth.login import factors, sessions
from auth.login.log_in import Confirmed, LogIn, NextStep, Reason, SignedIn, Step
from auth.login.sessions import WebSession, stepped_up
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import PASSWORD, SECRET
from tests.unit.auth.login.test_log_in import HERE, code, refused, signed_in

FIVE = timedelta(minutes=5)


async def resumed(base: Database, token: str) -> WebSession:
    session = await sessions.resume(base, token)
    assert session is not None
    return session


async def test_a_second_factor_is_fresh_for_as_long_as_is_asked(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await signed_in(log_in, clock)
    assert stepped_up(await resumed(base, done.token), FIVE)
    clock.move(minutes=5)
    assert not stepped_up(await resumed(base, done.token), FIVE)
    step = await log_in.again(done.token)
    assert step.step is Step.CODE
    assert await refused(log_in.confirm(step.token, "000000")) is Reason.WRONG
    assert not stepped_up(await resumed(base, done.token), FIVE)
    confirmed = await log_in.confirm(step.token, code(clock), done.token)
    assert isinstance(confirmed, Confirmed)
    assert confirmed.amr == ("otp",)
    session = await resumed(base, done.token)
    assert stepped_up(session, FIVE)
    assert session.principal.amr == ("pwd", "otp")


async def test_a_password_is_no_second_factor(
    log_in: LogIn, resident: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    assert not stepped_up(await resumed(base, done.token), FIVE)
    clock.move(minutes=11)
    assert await log_in.add(done.token, Step.ENROL) is None
    step = await log_in.again(done.token)
    assert step.step is Step.AGAIN
    assert await refused(log_in.repeat_password(step.token, "wrong")) is Reason.WRONG
    assert isinstance(await log_in.repeat_password(step.token, PASSWORD), Confirmed)
    assert not stepped_up(await resumed(base, done.token), FIVE)
    added = await log_in.add(done.token, Step.ENROL)
    assert added is not None
    secret = (await log_in.offer(added.token)).secret
    assert isinstance(await log_in.enrol(added.token, code(clock, secret)), Confirmed)
    assert stepped_up(await resumed(base, done.token), FIVE)


async def test_a_factor_that_was_removed_does_not_count(
    log_in: LogIn, resident: AccountRecord, base: Database, vault: Vault, clock: Clock
) -> None:
    assert await factors.enrol(base, vault, resident, SECRET, code(clock))
    clock.move(seconds=30)
    step = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(step, NextStep)
    done = await log_in.confirm(step.token, code(clock))
    assert isinstance(done, SignedIn)
    session = await resumed(base, done.token)
    assert stepped_up(session, FIVE)
    assert await factors.remove(base, session.account)
    assert not stepped_up(await resumed(base, done.token), FIVE)


async def test_the_only_factor_of_a_clinician_stays(doctor: AccountRecord, base: Database) -> None:
    assert not await factors.remove(base, doctor)


async def test_confirming_opens_no_new_session_and_a_log_in_confirms_no_old_one(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await signed_in(log_in, clock)
    clock.move(minutes=6)
    step = await log_in.again(done.token)
    assert await sessions.resume(base, step.token) is None
    other = await log_in.begin("doctor", PASSWORD, HERE)
    assert isinstance(other, NextStep)
    assert isinstance(await log_in.confirm(other.token, code(clock)), SignedIn)
    assert not stepped_up(await resumed(base, done.token), FIVE)


@pytest.mark.parametrize("token", [None, "", "x"])
async def test_without_a_session_there_is_nothing_to_confirm(log_in: LogIn, token: str | None) -> None:
    assert await refused(log_in.again(token)) is Reason.OVER
    assert await refused(log_in.add(token, Step.ENROL)) is Reason.OVER


async def test_a_session_that_ended_meanwhile_is_not_confirmed(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await signed_in(log_in, clock)
    clock.move(seconds=30)
    step = await log_in.again(done.token)
    await sessions.end(base, done.token)
    assert await refused(log_in.confirm(step.token, code(clock))) is Reason.OVER
