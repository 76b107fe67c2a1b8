"""Federated log-in: who is bound to which account, once, and whom a name or a shared number never opens."""

from collections.abc import AsyncIterator

import pytest

from auth.federation.provider import Begun, Provider, Registration
from auth.login import accounts, factors, sessions
from auth.login.federated import FederatedLogIn
from auth.login.log_in import Confirmed, LogIn, LogInRefused, NextStep, Reason, SignedIn, Step
from auth.store import accounts as stored
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.support.openid_provider import CLIENT, SECRET, OpenIDProvider, provided
from tests.unit.auth.conftest import Clock
from tests.unit.auth.federation.conftest import BACK, visit
from tests.unit.auth.login.conftest import PASSWORD
from tests.unit.auth.login.conftest import SECRET as TOTP
from tests.unit.auth.login.test_log_in import HERE, code, refused

NUMBER, TWIN = "510104195803129013", "510105196606069219"
FILES: dict[str, tuple[str, ...] | None] = {NUMBER: ("Patient/a", "Patient/b"), TWIN: None}


@pytest.fixture
async def outside() -> AsyncIterator[OpenIDProvider]:
    async with provided() as provider:
        yield provider


@pytest.fixture
def federated(outside: OpenIDProvider, base: Database, vault: Vault, log_in: LogIn) -> FederatedLogIn:
    async def patients(number: str) -> tuple[str, ...] | None:
        return FILES.get(number, ())

    registration = Registration(outside.issuer, CLIENT, SECRET, BACK)
    return FederatedLogIn(base, vault, log_in, Provider(registration), patients, "id_number")


async def come_back(federated: FederatedLogIn, cookie: str | None = None, binds: str | None = None) -> object:
    url, token = await federated.begin("/resident", binds)
    outcome = await federated.finish(token, await visit(Begun(url, "", "", "")), cookie)
    return outcome.done


async def connected(log_in: LogIn, federated: FederatedLogIn, login: str = "resident") -> str:
    """Log in by password and connect; returns the session's token."""
    done = await log_in.begin(login, PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    assert isinstance(await come_back(federated, done.token, done.token), Confirmed)
    return done.token


async def test_whoever_is_logged_in_connects_and_comes_back_from_outside(
    log_in: LogIn, federated: FederatedLogIn, resident: AccountRecord, base: Database
) -> None:
    assert await refused(come_back(federated)) is Reason.UNBOUND
    await connected(log_in, federated)
    done = await come_back(federated)
    assert isinstance(done, SignedIn)
    assert done.account.id == resident.id
    session = await sessions.resume(base, done.token)
    assert session is not None
    assert session.principal.amr == ()
    row = await base["accounts"].find_one({"_id": resident.id})
    assert "person-1" not in str(row)


async def test_an_account_and_an_outside_person_are_bound_once(
    log_in: LogIn, federated: FederatedLogIn, outside: OpenIDProvider, resident: AccountRecord,
    base: Database, vault: Vault,
) -> None:  # fmt: skip
    await accounts.create_demonstration(
        base, log_in._passwords, vault, login="second", name="HTEST Wang", roles=resident.roles,
        password=PASSWORD, totp_secret=None, patient="Patient/second",
    )  # fmt: skip
    token = await connected(log_in, federated)
    done = await log_in.begin("second", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    assert await refused(come_back(federated, done.token, done.token)) is Reason.UNBOUND
    outside.claims = {"sub": "person-2"}
    assert await refused(come_back(federated, token, token)) is Reason.UNBOUND


async def test_connecting_belongs_to_the_browser_that_began_it_and_wants_a_fresh_proof(
    log_in: LogIn, federated: FederatedLogIn, resident: AccountRecord, base: Database, clock: Clock
) -> None:
    done = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    other = await sessions.start(base, resident)
    for cookie in (None, "x", other):
        assert await refused(come_back(federated, cookie, done.token)) is Reason.OVER
    clock.move(minutes=10)
    assert await refused(federated.begin("/", done.token)) is Reason.OVER
    assert (await stored.by_id(base, resident.id) or resident).subject is None


async def test_a_proved_number_opens_the_account_of_its_file(
    federated: FederatedLogIn, outside: OpenIDProvider, resident: AccountRecord
) -> None:
    outside.claims = {"sub": "person-1", "id_number": NUMBER.lower(), "name": "Somebody Else"}
    done = await come_back(federated)
    assert isinstance(done, SignedIn)
    assert done.account.id == resident.id
    outside.claims = {"sub": "person-2", "id_number": NUMBER}
    assert await refused(come_back(federated)) is Reason.UNBOUND


async def test_a_proved_number_makes_an_account_that_no_password_opens(
    federated: FederatedLogIn, outside: OpenIDProvider, log_in: LogIn, base: Database
) -> None:
    outside.claims = {"sub": "person-1", "id_number": NUMBER, "name": "测试王建国"}
    first, second = await come_back(federated), await come_back(federated)
    assert isinstance(first, SignedIn)
    assert isinstance(second, SignedIn)
    account = first.account
    assert second.account.id == account.id
    assert (account.patient, account.name, account.posts) == ("Patient/a", "测试王建国", ())
    for password in ("", "x"):
        assert await refused(log_in.begin(account.login, password, HERE + password)) is Reason.WRONG
    assert NUMBER not in str(await base["accounts"].find_one({}))


@pytest.mark.parametrize(
    "claims",
    [
        {"id_number": TWIN},
        {"id_number": "510101200001010037"},
        {"id_number": NUMBER[:-1] + "4"},
        {"id_number": ""},
        {"id_number": [NUMBER]},
        {"number": NUMBER},
        {"name": "HTEST Wang"},
    ],
)
async def test_a_shared_an_unknown_a_wrong_number_and_a_name_open_nothing(
    federated: FederatedLogIn, outside: OpenIDProvider, resident: AccountRecord, base: Database,
    claims: dict[str, object],
) -> None:  # fmt: skip
    outside.claims = {"sub": "person-1"} | claims
    assert await refused(come_back(federated)) is Reason.UNBOUND
    assert await base["accounts"].count_documents({}) == 1


async def test_a_second_factor_here_is_asked_for_all_the_same(
    log_in: LogIn, federated: FederatedLogIn, resident: AccountRecord, base: Database, vault: Vault,
    clock: Clock,
) -> None:  # fmt: skip
    await connected(log_in, federated)
    assert await factors.enrol(base, vault, resident, TOTP, code(clock))
    step = await come_back(federated)
    assert isinstance(step, NextStep)
    assert step.step is Step.CODE
    clock.move(seconds=30)
    done = await log_in.confirm(step.token, code(clock))
    assert isinstance(done, SignedIn)
    session = await sessions.resume(base, done.token)
    assert session is not None
    assert session.principal.amr == ("otp",)


async def test_staff_without_a_second_factor_do_not_come_from_outside(
    federated: FederatedLogIn, doctor: AccountRecord, base: Database
) -> None:
    await base["accounts"].update_one(
        {"_id": doctor.id}, {"$set": {"totp": None, "patient": "Patient/a", "one_time": True}}
    )
    assert await stored.bind(base, doctor.id, _subject(federated))
    assert await refused(come_back(federated)) is Reason.UNBOUND


async def test_a_disabled_account_stays_shut(
    log_in: LogIn, federated: FederatedLogIn, resident: AccountRecord, base: Database
) -> None:
    await connected(log_in, federated)
    await stored.disable(base, "resident")
    assert await refused(come_back(federated)) is Reason.OVER


async def test_the_way_back_works_once_and_for_ten_minutes(
    log_in: LogIn, federated: FederatedLogIn, resident: AccountRecord, clock: Clock
) -> None:
    await connected(log_in, federated)
    url, token = await federated.begin("/")
    answer = await visit(Begun(url, "", "", ""))
    assert isinstance((await federated.finish(token, answer, None)).done, SignedIn)
    assert await refused(federated.finish(token, answer, None)) is Reason.OVER
    url, token = await federated.begin("/")
    clock.move(minutes=10)
    assert await refused(federated.finish(token, {}, None)) is Reason.OVER
    step = await log_in.again((await connected_again(log_in)).token)
    with pytest.raises(LogInRefused):
        await federated.finish(step.token, answer, None)


async def connected_again(log_in: LogIn) -> SignedIn:
    done = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(done, SignedIn)
    return done


def _subject(federated: FederatedLogIn) -> str:
    from auth import secret

    return secret.digest(f"{federated._provider.registration.issuer}\0person-1")
