"""Second factors: secrets sealed, demonstration codes always fresh."""

import pyotp

from auth.login import factors
from auth.login.log_in import LogIn, NextStep, SignedIn
from auth.store.accounts import AccountRecord, by_login
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock
from tests.unit.auth.login.conftest import PASSWORD, SECRET


def test_a_secret_has_160_bits() -> None:
    assert len(factors.new_secret()) == 32
    assert factors.new_secret() != factors.new_secret()


async def test_the_secret_is_sealed(base: Database, vault: Vault, doctor: AccountRecord) -> None:
    row = await base["accounts"].find_one({"login": "doctor"})
    assert row is not None
    assert SECRET.encode() not in row["totp"]
    assert await vault.open(factors.OWNER, row["totp"]) == SECRET.encode()


async def test_a_demonstration_code_logs_in_again_and_again(
    base: Database, vault: Vault, log_in: LogIn, doctor: AccountRecord, clock: Clock
) -> None:
    for _ in range(2):
        code = await factors.demonstration_code(base, vault, "doctor")
        assert code is not None
        step = await log_in.begin("doctor", PASSWORD, "192.0.2.1")
        assert isinstance(step, NextStep)
        assert isinstance(await log_in.confirm(step.token, code), SignedIn)
    assert await factors.demonstration_code(base, vault, "doctor") is None
    clock.move(seconds=30)
    assert await factors.demonstration_code(base, vault, "doctor") is not None


async def test_only_demonstration_accounts_show_codes(
    base: Database, vault: Vault, doctor: AccountRecord, resident: AccountRecord
) -> None:
    assert await factors.demonstration_code(base, vault, "resident") is None
    assert await factors.demonstration_code(base, vault, "nobody") is None
    await base["accounts"].update_one({"login": "doctor"}, {"$set": {"demonstration": False}})
    assert await factors.demonstration_code(base, vault, "doctor") is None


async def test_an_account_without_a_factor_has_no_right_code(
    base: Database, vault: Vault, resident: AccountRecord
) -> None:
    assert not await factors.verify(base, vault, resident, pyotp.TOTP(SECRET).now())


async def test_enrolment_replaces_the_factor(
    base: Database, vault: Vault, doctor: AccountRecord, clock: Clock
) -> None:
    other = factors.new_secret()
    now = int(clock.at.timestamp())
    assert not await factors.enrol(base, vault, doctor, other, pyotp.TOTP(SECRET).at(now))
    assert await factors.enrol(base, vault, doctor, other, pyotp.TOTP(other).at(now))
    changed = await by_login(base, "doctor")
    assert changed is not None
    clock.move(seconds=60)
    now += 60
    assert not await factors.verify(base, vault, changed, pyotp.TOTP(SECRET).at(now))
    assert await factors.verify(base, vault, changed, pyotp.TOTP(other).at(now))
