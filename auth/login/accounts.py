"""Making accounts: a one-time password for a person, everything ready for a demonstration."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from auth import moment
from auth.login import password_policy
from auth.login.factors import OWNER
from auth.login.passwords import Passwords
from auth.roles import FACTORS, Factor, Role
from auth.store import accounts, posts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database
from auth.store.posts import Post
from auth.vault import Vault
from fhir.matching import citizen_number

ONE_TIME_LIFE = timedelta(days=7)
ADMINISTRATORS = frozenset({Role.CLINICIAN, Role.STEWARD})
"""Roles whose posts may be those of an institution's administrator."""


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
    begins: datetime | None = None,
    ends: datetime | None = None,
    administrator: bool = False,
) -> tuple[AccountRecord, str]:
    """A new account and its one-time password, good for a week. AccountRefused says why not."""
    held = [
        posts.fresh(role, organization, practitioner, begins=begins, ends=ends, administrator=administrator)
        for role in roles
        if role is not Role.RESIDENT
    ]
    return await open_account(
        database, passwords, login=login, name=name, held=held, patient=_own(roles, patient)
    )


async def open_account(
    database: Database,
    passwords: Passwords,
    *,
    login: str,
    name: str,
    held: list[Post],
    patient: str | None = None,
) -> tuple[AccountRecord, str]:
    """As `create`, for posts that are there already."""
    check(login, held)
    password = password_policy.one_time()
    account = accounts.fresh(
        login,
        name,
        held,
        await passwords.hash(password),
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
    administrator: bool = False,
) -> AccountRecord:
    """An account of the demonstration: known password and second factor, nothing to change at first.

    Where the role demands a passkey, its first log-in makes one.
    """
    held = [
        posts.fresh(role, organization, practitioner, administrator=administrator)
        for role in roles
        if role is not Role.RESIDENT
    ]
    check(login, held)
    account = accounts.fresh(
        login,
        name,
        held,
        await passwords.hash(password),
        patient=_own(roles, patient),
        one_time=False,
        totp=await vault.seal(OWNER, totp_secret.encode()) if totp_secret else None,
        demonstration=True,
    )
    await accounts.insert(database, account)
    return account


async def reset(database: Database, passwords: Passwords, login: str, *, factors: bool = False) -> str:
    """A new one-time password for an account, with `factors` in place of its second factors too.

    AccountRefused when there is none.
    """
    password = password_policy.one_time()
    expires = moment.now() + ONE_TIME_LIFE
    hashed = await passwords.hash(password)
    if not await accounts.reset(database, login, hashed, expires, factors=factors):
        raise AccountRefused("there is no such account")
    return password


def check(login: str, held: Iterable[Post]) -> None:
    """AccountRefused for a login or a post that can't be."""
    if not 2 <= len(accounts.folded(login)) <= 64 or any(not sign.isprintable() for sign in login):
        raise AccountRefused("a login has 2 to 64 printable characters")
    if citizen_number.valid(login):
        raise AccountRefused("a citizen number is no login: logins are not encrypted")
    for post in held:
        check_post(post)


def check_post(post: Post) -> None:
    """AccountRefused for a post that can't be."""
    if post.role is Role.RESIDENT:
        raise AccountRefused("a resident holds no post")
    if post.role is Role.CLINICIAN and not (post.organization and post.practitioner):
        raise AccountRefused("a clinician needs a practitioner and an organization")
    if post.ends is not None and post.ends <= post.begins:
        raise AccountRefused("a post ends after it begins")
    if post.administrator and not (post.role in ADMINISTRATORS and post.organization):
        raise AccountRefused("an administrator is a clinician or a steward of an organization")


def must_have_passkey(role: Role) -> bool:
    """Does the role log in with a passkey only?"""
    return FACTORS[role] is Factor.PASSKEY


def _own(roles: tuple[Role, ...], patient: str | None) -> str | None:
    if Role.RESIDENT not in roles:
        return None
    if not patient:
        raise AccountRefused("a resident needs a patient")
    return patient
