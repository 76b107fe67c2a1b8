"""Log-in: every way through the steps, and every short cut that must not exist."""

import asyncio
import re
from datetime import timedelta

import pyotp
import pytest

from auth.login import accounts, factors, sessions, throttle
from auth.login.log_in import LogIn, LogInRefused, NextStep, Reason, SignedIn, Step
from auth.login.passwords import Passwords
from auth.principal import Kind
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import first_steps
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import H1, PARTY, PASSWORD, SECRET

HERE = "192.0.2.1"


def code(clock: Clock, secret: str = SECRET, away: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(clock.at.timestamp()) + 30 * away)


async def refused(attempt: object) -> Reason:
    with pytest.raises(LogInRefused) as caught:
        await attempt  # type: ignore[misc]
    return caught.value.reason


async def at_code(log_in: LogIn) -> str:
    step = await log_in.begin("doctor", PASSWORD, HERE)
    assert isinstance(step, NextStep)
    assert step.step is Step.CODE
    return step.token


async def signed_in(log_in: LogIn, clock: Clock) -> SignedIn:
    return await log_in.confirm(await at_code(log_in), code(clock))


async def test_a_clinician_gives_password_and_code(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await signed_in(log_in, clock)
    session = await sessions.resume(base, done.token)
    assert session is not None
    who = session.principal
    assert (who.kind, who.role, who.organization, who.practitioner) == (
        Kind.PERSON,
        Role.CLINICIAN,
        H1,
        "Practitioner/p1",
    )
    assert who.client_id is None
    assert who.scopes == ()


@pytest.mark.parametrize("login", ["resident", "RESIDENT", " Resident ", "ｒｅｓｉｄｅｎｔ"])
async def test_a_resident_needs_no_code(
    log_in: LogIn, resident: AccountRecord, base: Database, login: str
) -> None:
    done = await log_in.begin(login, PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    session = await sessions.resume(base, done.token)
    assert session is not None
    assert session.principal.patient == "Patient/a"


async def test_a_resident_who_has_a_second_factor_must_give_it(
    log_in: LogIn, resident: AccountRecord, base: Database, vault: Vault, clock: Clock
) -> None:
    assert await factors.enrol(base, vault, resident, SECRET, code(clock))
    step = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(step, NextStep)
    assert step.step is Step.CODE


async def test_unknown_wrong_and_disabled_give_the_same_answer(
    log_in: LogIn, doctor: AccountRecord, resident: AccountRecord, base: Database
) -> None:
    await stored.disable(base, "resident")
    texts = set()
    for login, password in (
        ("nobody", "x"),
        ("doctor", "x"),
        ("resident", PASSWORD),
        ("doctor", ""),
        ("", ""),
    ):
        with pytest.raises(LogInRefused) as caught:
            await log_in.begin(login, password, HERE + login)
        texts.add((caught.value.reason, str(caught.value), caught.value.until))
    assert len(texts) == 1


async def test_unknown_names_cost_a_hash_too(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    await passwords.verify(None, "x")
    work: list[str] = []
    check = Passwords._check

    def noted(self: Passwords, stored: str, given: str) -> bool:
        work.append(stored)
        return check(self, stored, given)

    monkeypatch.setattr(Passwords, "_check", noted)
    assert not await passwords.verify(None, "x")
    assert not await passwords.verify(None, "nobody has this password")
    assert len(work) == 2
    assert all(stored.startswith("$argon2id$") for stored in work)


async def test_a_wrong_code_keeps_the_step_and_a_right_one_uses_it_up(
    log_in: LogIn, doctor: AccountRecord, clock: Clock
) -> None:
    token = await at_code(log_in)
    assert await refused(log_in.confirm(token, "000000")) is Reason.WRONG
    assert isinstance(await log_in.confirm(token, code(clock)), SignedIn)
    clock.move(seconds=60)
    assert await refused(log_in.confirm(token, code(clock))) is Reason.OVER


async def test_a_code_works_once(log_in: LogIn, doctor: AccountRecord, clock: Clock) -> None:
    await signed_in(log_in, clock)
    assert await refused(log_in.confirm(await at_code(log_in), code(clock))) is Reason.WRONG
    assert await refused(log_in.confirm(await at_code(log_in), code(clock, away=-1))) is Reason.WRONG
    clock.move(seconds=30)
    assert isinstance(await log_in.confirm(await at_code(log_in), code(clock)), SignedIn)


async def test_of_ten_simultaneous_uses_of_a_code_one_wins(
    log_in: LogIn, doctor: AccountRecord, base: Database, vault: Vault, clock: Clock
) -> None:
    uses = await asyncio.gather(*(factors.verify(base, vault, doctor, code(clock)) for _ in range(10)))
    assert uses.count(True) == 1


@pytest.mark.parametrize("away", [-3, -2, 2, 3, 2880])
async def test_codes_of_other_times_are_wrong(
    log_in: LogIn, doctor: AccountRecord, clock: Clock, away: int
) -> None:
    assert await refused(log_in.confirm(await at_code(log_in), code(clock, away=away))) is Reason.WRONG


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "1e5", " " * 6, "\x00"]
)
async def test_what_is_no_code_is_wrong(log_in: LogIn, doctor: AccountRecord, text: str) -> None:
    assert await refused(log_in.confirm(await at_code(log_in), text)) is Reason.WRONG


async def test_a_code_may_be_typed_wide_and_in_groups(
    log_in: LogIn, doctor: AccountRecord, clock: Clock
) -> None:
    digits = code(clock)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in digits)
    assert isinstance(await log_in.confirm(await at_code(log_in), f" {wide[:3]} {wide[3:]} "), SignedIn)


async def test_the_first_step_is_no_session(log_in: LogIn, doctor: AccountRecord, base: Database) -> None:
    token = await at_code(log_in)
    assert await sessions.resume(base, token) is None


async def test_a_session_is_no_first_step(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await signed_in(log_in, clock)
    clock.move(seconds=60)
    assert await refused(log_in.confirm(done.token, code(clock))) is Reason.OVER


@pytest.mark.parametrize("token", ["", "x", "\x00", "病"])
async def test_unknown_first_steps(log_in: LogIn, token: str) -> None:
    assert await refused(log_in.confirm(token, "123456")) is Reason.OVER
    assert await refused(log_in.enrol(token, "123456")) is Reason.OVER
    assert await refused(log_in.offer(token)) is Reason.OVER
    assert await refused(log_in.change_password(token, "x" * 20)) is Reason.OVER


async def test_a_step_can_not_be_used_as_another(log_in: LogIn, doctor: AccountRecord, clock: Clock) -> None:
    token = await at_code(log_in)
    assert await refused(log_in.offer(token)) is Reason.OVER
    assert await refused(log_in.enrol(token, code(clock))) is Reason.OVER
    assert await refused(log_in.change_password(token, "another long one")) is Reason.OVER


async def test_a_first_step_is_over_after_ten_minutes(
    log_in: LogIn, doctor: AccountRecord, clock: Clock
) -> None:
    token = await at_code(log_in)
    clock.move(minutes=10)
    assert await refused(log_in.confirm(token, code(clock))) is Reason.OVER


async def test_disabling_ends_a_log_in_under_way(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    token = await at_code(log_in)
    await stored.disable(base, "doctor")
    assert await refused(log_in.confirm(token, code(clock))) is Reason.OVER


async def make(base: Database, passwords: Passwords, role: Role, login: str = "new") -> str:
    _, password = await accounts.create(
        base,
        passwords,
        login=login,
        name="HTEST New",
        roles=(role,),
        organization=H1,
        practitioner=f"Practitioner/{login}",
        patient="Patient/a",
    )
    return password


async def test_the_whole_first_log_in_of_a_clinician(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    password = await make(base, passwords, Role.CLINICIAN)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    first = await log_in.begin("new", password, HERE)
    assert isinstance(first, NextStep)
    assert first.step is Step.PASSWORD
    for bad in ("short", password, "password1234", "new new new 1"):
        assert await refused(log_in.change_password(first.token, bad)) is Reason.PASSWORD
    second = await log_in.change_password(first.token, PASSWORD)
    assert isinstance(second, NextStep)
    assert second.step is Step.ENROL
    offer = await log_in.offer(second.token)
    assert offer == await log_in.offer(second.token)
    assert offer.uri.startswith("otpauth://totp/Furong:new?secret=" + offer.secret)
    assert await refused(log_in.enrol(second.token, "000000")) is Reason.WRONG
    done = await log_in.enrol(second.token, code(clock, offer.secret))
    assert await sessions.resume(base, done.token) is not None
    assert await refused(log_in.begin("new", password, HERE)) is Reason.WRONG
    row = await base["accounts"].find_one({"login": "new"})
    assert offer.secret not in str(row)
    assert PASSWORD not in str(row)


async def test_the_one_time_password_is_for_one_change(
    log_in: LogIn, base: Database, passwords: Passwords
) -> None:
    password = await make(base, passwords, Role.RESIDENT)
    one, two = await log_in.begin("new", password, HERE), await log_in.begin("new", password, HERE)
    assert isinstance(one, NextStep)
    assert isinstance(two, NextStep)
    assert isinstance(await log_in.change_password(one.token, PASSWORD), SignedIn)
    assert await refused(log_in.change_password(two.token, "someone else's word")) is Reason.OVER


async def test_the_one_time_password_lapses(
    log_in: LogIn, base: Database, passwords: Passwords, clock: Clock
) -> None:
    password = await make(base, passwords, Role.RESIDENT)
    clock.move(days=8)
    assert await refused(log_in.begin("new", password, HERE)) is Reason.WRONG


@pytest.mark.parametrize("role", [Role.STEWARD, Role.PRIVACY, Role.AUDITOR, Role.CLINICIAN])
async def test_these_roles_must_enrol_a_second_factor(
    log_in: LogIn, base: Database, passwords: Passwords, role: Role
) -> None:
    first = await log_in.begin("new", await make(base, passwords, role), HERE)
    assert isinstance(first, NextStep)
    second = await log_in.change_password(first.token, PASSWORD)
    assert isinstance(second, NextStep)
    assert second.step is Step.ENROL


async def test_a_reset_ends_sessions_and_the_old_password(
    log_in: LogIn, resident: AccountRecord, base: Database, passwords: Passwords
) -> None:
    done = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    fresh = await accounts.reset(base, passwords, "resident")
    assert await sessions.resume(base, done.token) is None
    assert await refused(log_in.begin("resident", PASSWORD, HERE)) is Reason.WRONG
    step = await log_in.begin("resident", fresh, HERE)
    assert isinstance(step, NextStep)
    assert step.step is Step.PASSWORD


async def test_ten_wrong_codes_lock_the_second_factor(
    log_in: LogIn, doctor: AccountRecord, clock: Clock
) -> None:
    token = await at_code(log_in)
    for _ in range(10):
        assert await refused(log_in.confirm(token, "000000")) is Reason.WRONG
        clock.move(seconds=17)
    token = await at_code(log_in)
    assert await refused(log_in.confirm(token, code(clock))) is Reason.WAIT
    clock.move(minutes=20)
    token = await at_code(log_in)
    assert await refused(log_in.confirm(token, code(clock))) is Reason.WAIT
    await throttle.unlock(log_in._database, "doctor")
    assert isinstance(await log_in.confirm(token, code(clock)), SignedIn)


async def test_hash_at_an_old_cost_is_renewed(base: Database, vault: Vault, resident: AccountRecord) -> None:
    from argon2 import PasswordHasher

    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert isinstance(await LogIn(base, vault, dearer, PARTY).begin("resident", PASSWORD, HERE), SignedIn)
    renewed = await stored.by_login(base, "resident")
    assert renewed is not None
    assert renewed.password != resident.password
    assert not dearer.outdated(renewed.password)


async def test_take_step_is_atomic(log_in: LogIn, doctor: AccountRecord, base: Database) -> None:
    token = await at_code(log_in)
    taken = await asyncio.gather(*(first_steps.take(base, token) for _ in range(10)))
    assert sum(one is not None for one in taken) == 1


async def test_a_step_waits_on_for_whoever_is_there_and_at_most_half_an_hour(
    log_in: LogIn, doctor: AccountRecord, base: Database, clock: Clock
) -> None:
    token, began = await at_code(log_in), clock.at
    for minutes, until in ((5, 15), (14, 24), (23, 30), (29, 30)):
        clock.at = began + timedelta(minutes=minutes)
        assert (await log_in.prolong(token)).expires == began + timedelta(minutes=until)
    clock.at = began + timedelta(minutes=30)
    assert await refused(log_in.prolong(token)) is Reason.OVER


async def test_what_is_over_is_not_prolonged(log_in: LogIn, doctor: AccountRecord, clock: Clock) -> None:
    token = await at_code(log_in)
    clock.at += timedelta(minutes=10)
    assert await refused(log_in.prolong(token)) is Reason.OVER
    assert await refused(log_in.prolong("none")) is Reason.OVER
