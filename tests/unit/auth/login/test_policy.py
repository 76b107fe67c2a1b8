"""Passwords that are replaced by the calendar, where a site wants it; security-and-scale.md, line 2."""

from auth.login.log_in import LogIn, NextStep, SignedIn, Step
from auth.login.passwords import Passwords
from auth.login.policy import Policy
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import PARTY, PASSWORD

HERE, NEXT = "192.0.2.1", "lanterns over the canal"


async def test_without_the_setting_no_password_grows_old(
    log_in: LogIn, resident: AccountRecord, clock: Clock
) -> None:
    clock.move(days=3650)
    assert isinstance(await log_in.begin("resident", PASSWORD, HERE), SignedIn)


async def test_an_old_password_opens_nothing_but_its_own_change(
    base: Database, vault: Vault, passwords: Passwords, resident: AccountRecord, clock: Clock
) -> None:
    log_in = LogIn(base, vault, passwords, PARTY, Policy(password_days=90))
    clock.move(days=89)
    assert isinstance(await log_in.begin("resident", PASSWORD, HERE), SignedIn)
    clock.move(days=1)
    step = await log_in.begin("resident", PASSWORD, HERE)
    assert isinstance(step, NextStep)
    assert step.step is Step.PASSWORD
    assert isinstance(await log_in.change_password(step.token, NEXT), SignedIn)
    clock.move(days=89)
    assert isinstance(await log_in.begin("resident", NEXT, HERE), SignedIn)
    clock.move(days=1)
    assert isinstance(await log_in.begin("resident", NEXT, HERE), NextStep)
