"""A log-in on the real database, with cheap hashes."""

import pytest
from argon2 import PasswordHasher

from auth.login import accounts
from auth.login.log_in import LogIn
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from fhir.store.vault import Vault

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "teahouse by the river"
H1 = "Organization/h1"
PARTY = RelyingParty.of("http://localhost:8080")


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def log_in(base: Database, vault: Vault, passwords: Passwords) -> LogIn:
    return LogIn(base, vault, passwords, PARTY)


@pytest.fixture
async def doctor(base: Database, vault: Vault, passwords: Passwords) -> AccountRecord:
    """A demonstration clinician with a second factor."""
    return await accounts.create_demonstration(
        base,
        passwords,
        vault,
        login="doctor",
        name="HTEST Li",
        roles=(Role.CLINICIAN,),
        password=PASSWORD,
        totp_secret=SECRET,
        organization=H1,
        practitioner="Practitioner/p1",
    )


@pytest.fixture
async def resident(base: Database, vault: Vault, passwords: Passwords) -> AccountRecord:
    """A demonstration resident without a second factor."""
    return await accounts.create_demonstration(
        base,
        passwords,
        vault,
        login="Resident",
        name="HTEST Wang",
        roles=(Role.RESIDENT,),
        password=PASSWORD,
        totp_secret=None,
        patient="Patient/a",
    )
