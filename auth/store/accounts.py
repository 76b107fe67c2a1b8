"""Accounts of persons: how they log in, which roles they hold, whom they stand for.

Collection `accounts`. A log-in name is unique in its folded form, and the last five roles are held at most
once by a practitioner, over all of his accounts.
"""

import secrets
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.roles import DUTIES, Role, compatible
from auth.store import sessions
from auth.store.database import Database, Row, collection


class AccountRefused(ValueError):
    """The account can't be made; the text says why."""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account; `totp` is a sealed secret, `totp_step` the last time step whose code was used."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    organization: str | None
    practitioner: str | None
    patient: str | None
    password: str
    one_time: bool
    password_expires: datetime | None
    totp: bytes | None
    totp_step: int
    demonstration: bool
    disabled: bool
    created: datetime


def folded(login: str) -> str:
    """A log-in name as it is compared: without regard to case, width and surrounding space."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def new_id() -> str:
    """An account id; it can't be mistaken for a client's."""
    return f"account-{secrets.token_hex(12)}"


async def insert(database: Database, account: AccountRecord) -> None:
    """Keep a new account. AccountRefused when its roles exclude each other or its name is taken."""
    if not account.roles or not compatible(account.roles):
        raise AccountRefused("no account holds two of steward, privacy, operator, security and auditor")
    row = asdict(account) | {"roles": [role.value for role in account.roles]}
    if DUTIES & set(account.roles) and account.practitioner:
        row["duty"] = account.practitioner
    try:
        await collection(database, "accounts").insert_one({"_id": row.pop("id"), **row})
    except DuplicateKeyError as error:
        twice = "duty" in str((error.details or {}).get("keyPattern", ""))
        taken = "the practitioner already holds one of these roles in another account"
        raise AccountRefused(taken if twice else "the login is taken") from None


async def by_login(database: Database, login: str) -> AccountRecord | None:
    """The account with this log-in name."""
    return _record(await collection(database, "accounts").find_one({"login": folded(login)}))


async def by_id(database: Database, id: str) -> AccountRecord | None:
    """The account with this id."""
    return _record(await collection(database, "accounts").find_one({"_id": id}))


async def change_password(database: Database, account: AccountRecord, password: str) -> bool:
    """Replace the hash that `account` was read with; False when it has changed since. Ends all sessions."""
    result = await collection(database, "accounts").update_one(
        {"_id": account.id, "password": account.password},
        {"$set": {"password": password, "one_time": False, "password_expires": None}},
    )
    await sessions.end_all(database, account.id)
    return bool(result.modified_count)


async def reset_password(database: Database, login: str, password: str, expires: datetime) -> bool:
    """Set a one-time password and end all sessions; False when there is no such account."""
    row = await collection(database, "accounts").find_one_and_update(
        {"login": folded(login)},
        {"$set": {"password": password, "one_time": True, "password_expires": expires}},
    )
    if row:
        await sessions.end_all(database, row["_id"])
    return row is not None


async def rehash(database: Database, account: AccountRecord, password: str) -> None:
    """The same password under today's cost."""
    await collection(database, "accounts").update_one(
        {"_id": account.id, "password": account.password}, {"$set": {"password": password}}
    )


async def set_totp(database: Database, id: str, sealed: bytes) -> None:
    """Enrol a second factor; every code of it is still unused."""
    await collection(database, "accounts").update_one({"_id": id}, {"$set": {"totp": sealed, "totp_step": 0}})


async def use_step(database: Database, id: str, step: int) -> bool:
    """Use up all codes up to `step`; False when it was used before."""
    result = await collection(database, "accounts").update_one(
        {"_id": id, "totp_step": {"$lt": step}}, {"$set": {"totp_step": step}}
    )
    return bool(result.modified_count)


async def disable(database: Database, login: str) -> bool:
    """Lock an account out at once, its open sessions too; False when there is none."""
    row = await collection(database, "accounts").find_one_and_update(
        {"login": folded(login)}, {"$set": {"disabled": True}}
    )
    if row:
        await sessions.end_all(database, row["_id"])
    return row is not None


def _record(row: Row | None) -> AccountRecord | None:
    if row is None:
        return None
    row.pop("duty", None)
    roles = tuple(Role(role) for role in row.pop("roles"))
    return AccountRecord(id=row.pop("_id"), roles=roles, **row)


def fresh(login: str, name: str, roles: tuple[Role, ...], password: str, **rest: object) -> AccountRecord:
    """A new account's record; `rest` overrides what is usual."""
    usual: dict[str, object] = {
        "organization": None,
        "practitioner": None,
        "patient": None,
        "one_time": True,
        "password_expires": None,
        "totp": None,
        "totp_step": 0,
        "demonstration": False,
        "disabled": False,
        "created": moment.now(),
    }
    return AccountRecord(
        id=new_id(),
        login=folded(login),
        name=name,
        roles=roles,
        password=password,
        **(usual | rest),  # type: ignore[arg-type]
    )


async def ensure_indexes(database: Database) -> None:
    """Log-in names are unique; so is the practitioner who holds one of the five duties."""
    await collection(database, "accounts").create_indexes(
        [
            IndexModel([("login", ASCENDING)], unique=True),
            IndexModel(
                [("duty", ASCENDING)], unique=True, partialFilterExpression={"duty": {"$exists": True}}
            ),
        ]
    )
