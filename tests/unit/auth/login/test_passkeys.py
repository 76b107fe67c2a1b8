"""Passkeys: both ceremonies with a device in software, and every way in which an answer can be wrong.

Checklist of security: lines 3, 4 (a cryptographic second factor) and 5; RFC 9700 list: 38.
"""

import asyncio
import json
from collections.abc import Callable

import pytest

from auth.login import accounts, passkeys, sessions
from auth.login.log_in import LogIn, LogInRefused, NextStep, Reason, SignedIn, Step
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.support.authenticator import PRESENT, Authenticator
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import PASSWORD
from tests.unit.auth.login.test_log_in import HERE, code, refused


@pytest.fixture
async def officer(base: Database, vault: Vault, passwords: Passwords) -> AccountRecord:
    """A security officer who has no passkey yet."""
    return await accounts.create_demonstration(
        base, passwords, vault, login="officer", name="HTEST Zhao", roles=(Role.SECURITY,),
        password=PASSWORD, totp_secret=None,
    )  # fmt: skip


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


async def at(log_in: LogIn, login: str, step: Step) -> str:
    found = await log_in.begin(login, PASSWORD, HERE)
    assert isinstance(found, NextStep)
    assert found.step is step
    return found.token


async def enrolled(log_in: LogIn, device: Authenticator, name: str = "key") -> SignedIn:
    token = await at(log_in, "officer", Step.ENROL_PASSKEY)
    done = await log_in.enrol_passkey(token, device.create(await log_in.offer_passkey(token)), name)
    assert isinstance(done, SignedIn)
    return done


async def by_login(base: Database, login: str = "officer") -> AccountRecord:
    account = await stored.by_login(base, login)
    assert account is not None
    return account


async def test_the_first_log_in_makes_a_passkey_and_the_next_asks_for_it(
    log_in: LogIn, officer: AccountRecord, device: Authenticator, base: Database
) -> None:
    await enrolled(log_in, device, "  office key\n")
    known = (await by_login(base)).passkeys
    assert [each.name for each in known] == ["office key"]
    token = await at(log_in, "officer", Step.PASSKEY)
    done = await log_in.use_passkey(token, device.get(await log_in.request_passkey(token), user=officer.id))
    assert isinstance(done, SignedIn)
    session = await sessions.resume(base, done.token)
    assert session is not None
    assert session.principal.amr == ("pwd", "hwk")
    assert (await by_login(base)).passkeys[0].used is not None


async def test_the_options_demand_verification_and_name_the_host(
    log_in: LogIn, officer: AccountRecord, device: Authenticator
) -> None:
    token = await at(log_in, "officer", Step.ENROL_PASSKEY)
    options = json.loads(await log_in.offer_passkey(token))
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    await log_in.enrol_passkey(token, device.create(json.dumps(options)), "")
    token = await at(log_in, "officer", Step.PASSKEY)
    options = json.loads(await log_in.request_passkey(token))
    assert options["userVerification"] == "required"
    assert [len(each["id"]) for each in options["allowCredentials"]] == [22]


def test_a_relying_party_is_the_host_and_the_origin_of_the_issuer() -> None:
    assert RelyingParty.of("https://Furong.example:8443/x") == RelyingParty(
        "furong.example", "https://furong.example:8443"
    )


WRONG: dict[str, Callable[[Authenticator, str], str]] = {
    "another origin": lambda device, options: device.get(options, origin="http://localhost.evil.example"),
    "another port": lambda device, options: device.get(options, origin="http://localhost:8081"),
    "another challenge": lambda device, options: device.get(options, challenge="AAAA"),
    "another ceremony": lambda device, options: device.get(options, type="webauthn.create"),
    "another person's": lambda device, options: device.get(options, user="account-of-another"),
    "another key": lambda device, options: Authenticator(id=device.id, count=9).get(options),
    "an unknown key": lambda device, options: Authenticator(count=9).get(options),
    "another host": lambda device, options: Authenticator(
        id=device.id, key=device.key, count=9, host="evil.example"
    ).get(options),
    "nobody verified": lambda device, options: Authenticator(
        id=device.id, key=device.key, count=9, flags=PRESENT
    ).get(options),
    "nothing": lambda device, options: "",
    "no JSON": lambda device, options: "{",
    "an empty object": lambda device, options: "{}",
    "a list": lambda device, options: "[" * 5000,
    "no signature": lambda device, options: device.get(options).replace('"signature"', '"x"'),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_answer_opens_nothing(
    log_in: LogIn, officer: AccountRecord, device: Authenticator, base: Database, wrong: str
) -> None:
    await enrolled(log_in, device)
    token = await at(log_in, "officer", Step.PASSKEY)
    before = await base["sessions"].count_documents({})
    answer = WRONG[wrong](device, await log_in.request_passkey(token))
    assert await refused(log_in.use_passkey(token, answer)) is Reason.PASSKEY
    assert await base["sessions"].count_documents({}) == before


async def test_a_challenge_works_once_and_a_failed_answer_uses_it_up(
    log_in: LogIn, officer: AccountRecord, device: Authenticator
) -> None:
    await enrolled(log_in, device)
    token = await at(log_in, "officer", Step.PASSKEY)
    options = await log_in.request_passkey(token)
    assert await refused(log_in.use_passkey(token, "{}")) is Reason.PASSKEY
    assert await refused(log_in.use_passkey(token, device.get(options))) is Reason.PASSKEY
    older = await log_in.request_passkey(token)
    newer = await log_in.request_passkey(token)
    assert await refused(log_in.use_passkey(token, device.get(older))) is Reason.PASSKEY
    assert await refused(log_in.use_passkey(token, device.get(newer))) is Reason.PASSKEY
    fresh = device.get(await log_in.request_passkey(token))
    answers = await asyncio.gather(
        *(log_in.use_passkey(token, fresh) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, SignedIn) for each in answers) == 1


async def test_a_challenge_belongs_to_its_log_in(
    log_in: LogIn, officer: AccountRecord, device: Authenticator, clock: Clock
) -> None:
    await enrolled(log_in, device)
    one, two = await at(log_in, "officer", Step.PASSKEY), await at(log_in, "officer", Step.PASSKEY)
    options = await log_in.request_passkey(one)
    await log_in.request_passkey(two)
    assert await refused(log_in.use_passkey(two, device.get(options))) is Reason.PASSKEY
    clock.move(minutes=10)
    assert await refused(log_in.use_passkey(one, device.get(options))) is Reason.OVER


@pytest.mark.parametrize(("count", "then"), [(5, 5), (5, 4), (5, None)])
async def test_a_sign_count_that_does_not_grow_is_a_copied_key(
    log_in: LogIn, officer: AccountRecord, base: Database, count: int, then: int | None
) -> None:
    device = Authenticator(count=count)
    await enrolled(log_in, device)
    device.count = then if then is None else then - 1
    token = await at(log_in, "officer", Step.PASSKEY)
    answer = device.get(await log_in.request_passkey(token))
    assert await refused(log_in.use_passkey(token, answer)) is Reason.PASSKEY
    assert (await by_login(base)).passkeys[0].sign_count == count


async def test_a_device_that_does_not_count_is_taken(log_in: LogIn, officer: AccountRecord) -> None:
    device = Authenticator(count=None)
    await enrolled(log_in, device)
    for _ in range(2):
        token = await at(log_in, "officer", Step.PASSKEY)
        answer = device.get(await log_in.request_passkey(token))
        assert isinstance(await log_in.use_passkey(token, answer), SignedIn)


async def test_a_passkey_is_one_accounts(
    log_in: LogIn, officer: AccountRecord, doctor: AccountRecord, device: Authenticator, base: Database
) -> None:
    await enrolled(log_in, device)
    challenge = b"c" * 32
    answer = device.create(passkeys.registration(RelyingParty.of(device.origin), doctor, challenge))
    assert not await passkeys.enrol(base, RelyingParty.of(device.origin), doctor, challenge, answer, "x")
    again = await by_login(base)
    assert not await passkeys.enrol(base, RelyingParty.of(device.origin), again, challenge, answer, "x")


async def test_ten_wrong_answers_lock_the_second_factor(
    log_in: LogIn, officer: AccountRecord, device: Authenticator, clock: Clock
) -> None:
    await enrolled(log_in, device)
    token = await at(log_in, "officer", Step.PASSKEY)
    for _ in range(10):
        assert await refused(log_in.use_passkey(token, "{}")) is Reason.PASSKEY
        clock.move(seconds=17)
    token = await at(log_in, "officer", Step.PASSKEY)
    answer = device.get(await log_in.request_passkey(token))
    assert await refused(log_in.use_passkey(token, answer)) is Reason.WAIT


@pytest.mark.parametrize("role", [Role.SECURITY, Role.OPERATOR])
async def test_these_roles_never_log_in_with_a_code(
    log_in: LogIn, base: Database, vault: Vault, passwords: Passwords, clock: Clock, role: Role
) -> None:
    from tests.unit.auth.login.conftest import SECRET

    await accounts.create_demonstration(
        base, passwords, vault, login="both", name="HTEST", roles=(role,), password=PASSWORD,
        totp_secret=SECRET,
    )  # fmt: skip
    step = await log_in.confirm(await at(log_in, "both", Step.CODE), code(clock))
    assert isinstance(step, NextStep)
    assert step.step is Step.ENROL_PASSKEY
    device = Authenticator()
    await log_in.enrol_passkey(step.token, device.create(await log_in.offer_passkey(step.token)), "")
    clock.move(seconds=30)
    token = await at(log_in, "both", Step.PASSKEY)
    assert await refused(log_in.confirm(token, code(clock))) is Reason.WRONG


async def test_a_clinician_may_use_either(
    log_in: LogIn, doctor: AccountRecord, device: Authenticator, base: Database, clock: Clock
) -> None:
    done = await log_in.confirm(await at(log_in, "doctor", Step.CODE), code(clock))
    assert isinstance(done, SignedIn)
    added = await log_in.add(done.token, Step.ENROL_PASSKEY)
    assert added is not None
    await log_in.enrol_passkey(added.token, device.create(await log_in.offer_passkey(added.token)), "")
    session = await sessions.resume(base, done.token)
    assert session is not None
    assert session.principal.amr == ("pwd", "otp", "hwk")
    clock.move(seconds=30)
    assert isinstance(await log_in.confirm(await at(log_in, "doctor", Step.PASSKEY), code(clock)), SignedIn)
    token = await at(log_in, "doctor", Step.PASSKEY)
    answer = device.get(await log_in.request_passkey(token))
    assert isinstance(await log_in.use_passkey(token, answer), SignedIn)


async def test_one_who_enrols_ends_the_other_log_ins_that_could_enrol_too(
    log_in: LogIn, officer: AccountRecord, device: Authenticator
) -> None:
    thief = await at(log_in, "officer", Step.ENROL_PASSKEY)
    options = await log_in.offer_passkey(thief)
    await enrolled(log_in, device)
    assert await refused(log_in.enrol_passkey(thief, Authenticator().create(options), "")) is Reason.OVER


async def test_the_last_passkey_of_an_officer_stays(
    log_in: LogIn, officer: AccountRecord, base: Database
) -> None:
    first, second = Authenticator(), Authenticator()
    done = await enrolled(log_in, first)
    added = await log_in.add(done.token, Step.ENROL_PASSKEY)
    assert added is not None
    await log_in.enrol_passkey(added.token, second.create(await log_in.offer_passkey(added.token)), "second")
    one, two = (await by_login(base)).passkeys
    assert await passkeys.remove(base, await by_login(base), one.id)
    assert not await passkeys.remove(base, await by_login(base), two.id)
    assert not await passkeys.remove(base, await by_login(base), "unknown")
    assert [each.name for each in (await by_login(base)).passkeys] == ["second"]
    token = await at(log_in, "officer", Step.PASSKEY)
    answer = first.get(await log_in.request_passkey(token))
    assert await refused(log_in.use_passkey(token, answer)) is Reason.PASSKEY


@pytest.mark.parametrize("step", [Step.PASSWORD, Step.CODE, Step.HAT])
async def test_a_passkey_is_not_made_at_another_step(
    log_in: LogIn, doctor: AccountRecord, step: Step
) -> None:
    token = (await log_in._next(doctor, step, ("pwd",))).token
    with pytest.raises(LogInRefused):
        await log_in.offer_passkey(token)
    assert await refused(log_in.enrol_passkey(token, "{}", "")) is Reason.OVER
