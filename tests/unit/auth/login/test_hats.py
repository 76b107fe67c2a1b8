"""Posts and hats: a doctor who is also a resident is one of the two at a time (security 10, 11, 52)."""

from datetime import timedelta

import pytest

from auth import moment
from auth.login import hats, sessions
from auth.login.log_in import LogIn, NextStep, Reason, SignedIn, Step
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import posts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database
from auth.store.posts import Post
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import H1, PASSWORD
from tests.unit.auth.login.test_log_in import HERE, code, refused

H2 = "Organization/h2"


def clinician(organization: str = H1, **days: float) -> Post:
    now = moment.now()
    begins, ends = now + timedelta(days=days.get("begins", -1)), days.get("ends")
    until = now + timedelta(days=ends) if ends is not None else None
    return posts.fresh(Role.CLINICIAN, organization, "Practitioner/p", begins=begins, ends=until)


async def made(base: Database, passwords: Passwords, *held: Post, **more: object) -> AccountRecord:
    usual = {"patient": "Patient/own", "one_time": False}
    hashed = await passwords.hash(PASSWORD)
    account = stored.fresh("both", "HTEST Li", held, hashed, **usual | more)
    await stored.insert(base, account)
    return account


async def at_choice(log_in: LogIn, clock: Clock) -> str:
    step = await log_in.begin("both", PASSWORD, HERE)
    assert isinstance(step, NextStep)
    secret = (await log_in.offer(step.token)).secret
    step = await log_in.enrol(step.token, code(clock, secret))
    assert isinstance(step, NextStep)
    assert step.step is Step.HAT
    return step.token


async def test_two_hats_are_chosen_from_and_never_worn_together(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    account = await made(base, passwords, clinician())
    token = await at_choice(log_in, clock)
    assert await sessions.resume(base, token) is None
    doctor, resident = await log_in.hats(token)
    assert (doctor.role, resident.role) == (Role.CLINICIAN, Role.RESIDENT)
    done = await log_in.wear(token, doctor.id)
    session = await sessions.resume(base, done.token)
    assert session is not None
    who = session.principal
    assert (who.role, who.organization, who.practitioner) == (Role.CLINICIAN, H1, "Practitioner/p")
    assert who.patient is None
    assert who.amr == ("pwd", "otp")
    new = await sessions.switch(base, done.token, hats.RESIDENT)
    assert new is not None
    assert new != done.token
    assert await sessions.resume(base, done.token) is None
    other = await sessions.resume(base, new)
    assert other is not None
    assert (other.principal.role, other.principal.patient) == (Role.RESIDENT, "Patient/own")
    assert (other.principal.organization, other.principal.practitioner) == (None, None)
    assert other.principal.id == account.id
    assert other.principal.amr == ("pwd", "otp")


async def test_the_choice_is_made_once_and_only_among_ones_own(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    await made(base, passwords, clinician(), clinician(H2, ends=-0.5), clinician(H2, begins=1))
    token = await at_choice(log_in, clock)
    possible = await log_in.hats(token)
    assert [each.post and each.post.organization for each in possible] == [H1, None]
    account = await stored.by_login(base, "both")
    assert account is not None
    for wrong in ("", "x", account.posts[1].id, account.posts[2].id):
        assert await refused(log_in.wear(token, wrong)) is Reason.OVER
    done = await log_in.wear(token, possible[0].id)
    assert await refused(log_in.wear(token, possible[0].id)) is Reason.OVER
    assert await sessions.switch(base, done.token, account.posts[1].id) is None
    assert await sessions.resume(base, done.token) is not None


async def test_a_switch_does_not_lengthen_the_day(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    account = await made(base, passwords, clinician())
    token: str | None = await sessions.start(base, account)
    for hours in range(12):
        clock.move(minutes=14)
        hat = hats.RESIDENT if hours % 2 == 0 else account.posts[0].id
        assert token is not None
        token = await sessions.switch(base, token, hat)
    clock.move(hours=12)
    assert await sessions.resume(base, token) is None


async def test_the_end_of_a_post_ends_its_sessions_at_once(
    base: Database, passwords: Passwords, clock: Clock
) -> None:
    account = await made(base, passwords, clinician(ends=1 / 24))
    token = await sessions.start(base, account)
    for _ in range(5):
        clock.move(minutes=11)
        assert await sessions.resume(base, token) is not None
    clock.move(minutes=5)
    assert await sessions.resume(base, token) is None
    assert [hat.id for hat in hats.hats(account)] == [hats.RESIDENT]


async def test_one_hat_is_worn_without_asking(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    await made(base, passwords, patient="Patient/own")
    done = await log_in.begin("both", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    assert done.hat.id == hats.RESIDENT


async def test_nobody_logs_in_before_his_post_begins_or_after_it_is_over(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    await made(base, passwords, clinician(begins=1, ends=2), patient=None)
    assert await refused(log_in.begin("both", PASSWORD, HERE)) is Reason.WRONG
    clock.move(days=1)
    assert isinstance(await log_in.begin("both", PASSWORD, HERE), NextStep)
    clock.move(days=1)
    assert await refused(log_in.begin("both", PASSWORD, HERE)) is Reason.WRONG


async def test_ending_a_post_and_adding_another(base: Database, passwords: Passwords, clock: Clock) -> None:
    account = await made(base, passwords, clinician(), patient=None)
    first = account.posts[0]
    await stored.end_post(base, account, first.id, moment.now())
    with pytest.raises(AccountRefused, match="someone else"):
        await stored.add_post(base, account, clinician(H2))
    changed = await stored.by_id(base, account.id)
    assert changed is not None
    assert hats.hats(changed) == []
    with pytest.raises(AccountRefused, match="no such post"):
        await stored.end_post(base, changed, first.id, moment.now())
    with pytest.raises(AccountRefused, match="no such post"):
        await stored.end_post(base, changed, "unknown", moment.now())
    await stored.add_post(base, changed, clinician(H2))
    changed = await stored.by_id(base, account.id)
    assert changed is not None
    assert [each.post and each.post.organization for each in hats.hats(changed)] == [H2]


async def test_a_duty_that_is_over_does_not_stand_in_the_way_of_another(
    base: Database, passwords: Passwords, clock: Clock
) -> None:
    steward = posts.fresh(Role.STEWARD, H1, "Practitioner/p", ends=moment.now() + timedelta(days=1))
    privacy = posts.fresh(Role.PRIVACY, H1, "Practitioner/p")
    await made(base, passwords, steward)
    other = stored.fresh("other", "HTEST", (privacy,), "x")
    with pytest.raises(AccountRefused, match="another account"):
        await stored.insert(base, other)
    clock.move(days=1)
    await stored.insert(base, other)
    account = await stored.by_login(base, "both")
    assert account is not None
    with pytest.raises(AccountRefused, match="another account"):
        await stored.add_post(base, account, posts.fresh(Role.AUDITOR, H1, "Practitioner/p"))


def test_days_of_a_post_are_those_of_the_region() -> None:
    from datetime import UTC, date, datetime

    assert posts.first_moment(date(2026, 3, 1)) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert posts.end_of(date(2026, 3, 1)) == datetime(2026, 3, 1, 16, tzinfo=UTC)
