"""Making accounts: a one-time password for a person, everything ready for a demonstration."""

from datetime import timedelta

from auth import moment
from auth.login import password_policy
from auth.login.factors import OWNER
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database
from auth.vault import Vault

ONE_TIME_LIFE = timedelta(days=7)


async def create(
    database: Database,
    passwords: Passwords,
    *,
    login: str,
    name: str,
    roles: tuple[Role, ...],
    organization: str | None = None,
    practitioner: str | None = None,
    patient: str | None = None,
) -> tuple[AccountRecord, str]:
    """A new account and its one-time password, good for a week. AccountRefused says why not."""
    _check(login, roles, organization, practitioner, patient)
    password = password_policy.one_time()
    account = accounts.fresh(
        login,
        name,
        roles,
        await passwords.hash(password),
        organization=organization,
        practitioner=practitioner,
        patient=patient,
        password_expires=moment.now() + ONE_TIME_LIFE,
    )
    await accounts.insert(database, account)
    return account, password


async def create_demonstration(
    database: Database,
    passwords: Passwords,
    vault: Vault,
    *,
    login: str,
    name: str,
    roles: tuple[Role, ...],
    password: str,
    totp_secret: str | None,
    organization: str | None = None,
    practitioner: str | None = None,
    patient: str | None = None,
) -> AccountRecord:
    """An account of the demonstration: known password and second factor, nothing to change at first."""
    _check(login, roles, organization, practitioner, patient)
    account = accounts.fresh(
        login,
        name,
        roles,
        await passwords.hash(password),
        organization=organization,
        practitioner=practitioner,
        patient=patient,
        one_time=False,
        totp=await vault.seal(OWNER, totp_secret.encode()) if totp_secret else None,
        demonstration=True,
    )
    await accounts.insert(database, account)
    return account


async def reset(database: Database, passwords: Passwords, login: str) -> str:
    """A new one-time password for an account. AccountRefused when there is none."""
    password = password_policy.one_time()
    expires = moment.now() + ONE_TIME_LIFE
    if not await accounts.reset_password(database, login, await passwords.hash(password), expires):
        raise AccountRefused("there is no such account")
    return password


def _check(
    login: str,
    roles: tuple[Role, ...],
    organization: str | None,
    practitioner: str | None,
    patient: str | None,
) -> None:
    if not 2 <= len(accounts.folded(login)) <= 64 or any(not sign.isprintable() for sign in login):
        raise AccountRefused("a login has 2 to 64 printable characters")
    if Role.CLINICIAN in roles and not (organization and practitioner):
        raise AccountRefused("a clinician needs a practitioner and an organization")
    if Role.RESIDENT in roles and not patient:
        raise AccountRefused("a resident needs a patient")
