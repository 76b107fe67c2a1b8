"""Accounts of persons: how they log in, which posts they hold, whose file is their own.

Collection `accounts`. A log-in name is unique in its folded form, and the last five roles are held at most
once at a time by a practitioner, over all of his accounts.
"""

import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.roles import DUTIES, Role, compatible
from auth.store import authorizations, passkeys, posts, practices, proxies, sessions
from auth.store.database import Database, Row, collection
from auth.store.passkeys import Passkey
from auth.store.posts import Post
from auth.store.proxies import Proxy

LAPSED = "the directory says that the practitioner's licence, or his post there, has ended"


class AccountRefused(ValueError):
    """The account can't be made or changed; the text says why."""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One account; `totp` is a sealed secret, `totp_step` the last time step whose code was used.

    `patient` is the holder's own file. `subject` is the hash of who he is at the outside OpenID provider.
    `password_set` is when he chose his password himself; None where he never changed it.
    `reset` is when an officer took over the account for its holder, until he has a password of his own again.
    """

    id: str
    login: str
    name: str
    posts: tuple[Post, ...]
    patient: str | None
    password: str
    one_time: bool
    password_expires: datetime | None
    totp: bytes | None
    totp_step: int
    passkeys: tuple[Passkey, ...]
    subject: str | None
    reset: datetime | None
    demonstration: bool
    disabled: bool
    created: datetime
    password_set: datetime | None = None
    proxies: tuple[Proxy, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every role that is not over, also one that has not begun yet."""
        now = moment.now()
        staff = dict.fromkeys(post.role for post in self.posts if not post.over(now))
        looks = self.patient or any(each.held(now) for each in self.proxies)
        return (*staff, *((Role.RESIDENT,) if looks else ()))

    @property
    def has_factor(self) -> bool:
        """Is there a second factor?"""
        return self.totp is not None or bool(self.passkeys)


def folded(login: str) -> str:
    """A log-in name as it is compared: without regard to case, width and surrounding space."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def new_id() -> str:
    """An account id; it can't be mistaken for a client's."""
    return f"account-{secrets.token_hex(12)}"


def fresh(login: str, name: str, held: Iterable[Post], password: str, **rest: object) -> AccountRecord:
    """A new account's record; `rest` overrides what is usual."""
    usual: dict[str, object] = {
        "id": new_id(),
        "patient": None,
        "one_time": True,
        "password_expires": None,
        "totp": None,
        "totp_step": 0,
        "passkeys": (),
        "subject": None,
        "reset": None,
        "demonstration": False,
        "disabled": False,
        "created": moment.now(),
    }
    return AccountRecord(
        login=folded(login),
        name=name,
        posts=tuple(held),
        password=password,
        **(usual | rest),  # type: ignore[arg-type]
    )


async def insert(database: Database, account: AccountRecord) -> None:
    """Keep a new account. AccountRefused when its roles exclude each other or its name is taken."""
    account = replace(account, posts=await _current(database, account.posts))
    await _release(database, account.posts)
    try:
        await collection(database, "accounts").insert_one(row(account))
    except DuplicateKeyError as error:
        raise AccountRefused(_taken(error)) from None


def row(account: AccountRecord) -> Row:
    """As it is stored. AccountRefused when its roles exclude each other."""
    made = asdict(account) | {
        "posts": posts.rows(account.posts),
        "passkeys": passkeys.rows(account.passkeys),
        "proxies": proxies.rows(account.proxies),
        "duty": duties(account.posts),
    }
    for name in ("duty", "subject", "proxies"):
        if not made[name]:
            del made[name]
    if not account.roles:
        raise AccountRefused("an account needs a post or a patient")
    return {"_id": made.pop("id"), **made}


async def by_login(database: Database, login: str) -> AccountRecord | None:
    """The account with this log-in name."""
    return record(await collection(database, "accounts").find_one({"login": folded(login)}))


async def by_id(database: Database, id: str) -> AccountRecord | None:
    """The account with this id."""
    return record(await collection(database, "accounts").find_one({"_id": id}))


async def by_subject(database: Database, subject: str) -> AccountRecord | None:
    """The account that someone of the outside provider is bound to."""
    return record(await collection(database, "accounts").find_one({"subject": subject}))


async def of_patients(database: Database, patients: Iterable[str]) -> list[AccountRecord]:
    """The accounts whose holder's own file is one of some Patients."""
    rows = collection(database, "accounts").find({"patient": {"$in": list(patients)}})
    return [account async for row in rows if (account := record(row))]


async def change_password(database: Database, account: AccountRecord, password: str) -> bool:
    """Replace the hash that `account` was read with; False when it has changed since. Ends all sessions."""
    change = {"password": password, "password_set": moment.now(), "one_time": False}
    change |= {"password_expires": None, "reset": None}
    result = await collection(database, "accounts").update_one(
        {"_id": account.id, "password": account.password},
        {"$set": change},
    )
    await sessions.end_all(database, account.id)
    return bool(result.modified_count)


async def reset(
    database: Database, login: str, password: str, expires: datetime, *, factors: bool = False
) -> bool:
    """Set a one-time password and end all sessions, with `factors` remove the second factors too.

    False when there is no such account.
    """
    change: Row = {"password": password, "one_time": True, "password_expires": expires, "reset": moment.now()}
    if factors:
        change |= {"totp": None, "totp_step": 0, "passkeys": []}
    found = await collection(database, "accounts").find_one_and_update(
        {"login": folded(login)}, {"$set": change}
    )
    if found:
        await sessions.end_all(database, found["_id"])
    return found is not None


async def rehash(database: Database, account: AccountRecord, password: str) -> None:
    """The same password under today's cost."""
    await collection(database, "accounts").update_one(
        {"_id": account.id, "password": account.password}, {"$set": {"password": password}}
    )


async def set_totp(database: Database, id: str, sealed: bytes | None) -> None:
    """Enrol a second factor, every code of which is still unused; None removes it."""
    await collection(database, "accounts").update_one({"_id": id}, {"$set": {"totp": sealed, "totp_step": 0}})


async def use_step(database: Database, id: str, step: int) -> bool:
    """Use up all codes up to `step`; False when it was used before."""
    result = await collection(database, "accounts").update_one(
        {"_id": id, "totp_step": {"$lt": step}}, {"$set": {"totp_step": step}}
    )
    return bool(result.modified_count)


async def bind(database: Database, id: str, subject: str) -> bool:
    """Bind someone of the outside provider to an account that nobody is bound to; False otherwise."""
    try:
        result = await collection(database, "accounts").update_one(
            {"_id": id, "subject": {"$exists": False}}, {"$set": {"subject": subject}}
        )
    except DuplicateKeyError:
        return False
    return bool(result.modified_count)


async def disable(database: Database, login: str) -> bool:
    """Lock an account out at once, its open sessions too; False when there is none."""
    found = await collection(database, "accounts").find_one_and_update(
        {"login": folded(login)}, {"$set": {"disabled": True}}
    )
    if found:
        await sessions.end_all(database, found["_id"])
    return found is not None


async def enable(database: Database, login: str) -> bool:
    """Let a disabled account in again; False when there is none."""
    result = await collection(database, "accounts").update_one(
        {"login": folded(login)}, {"$set": {"disabled": False}}
    )
    return bool(result.matched_count)


async def add_post(database: Database, account: AccountRecord, post: Post) -> None:
    """Add a post. AccountRefused when the roles exclude each other, or the account has changed meanwhile."""
    await _put_posts(database, account, (*account.posts, *await _current(database, [post])))


async def add_patient(database: Database, account: AccountRecord, patient: str) -> None:
    """Say whose file is the holder's own. AccountRefused when that has been said."""
    result = await collection(database, "accounts").update_one(
        {"_id": account.id, "patient": None}, {"$set": {"patient": patient}}
    )
    if not result.matched_count:
        raise AccountRefused("the account has been changed by someone else meanwhile")


async def end_post(database: Database, account: AccountRecord, id: str, ends: datetime) -> None:
    """Let a post end at `ends`, if it does not earlier. AccountRefused when there is no such post."""
    changed = [_ended(post, ends) if post.id == id else post for post in account.posts]
    if tuple(changed) == account.posts:
        raise AccountRefused("there is no such post, or it ends earlier")
    await _put_posts(database, account, tuple(changed))
    await authorizations.cap(database, account.id, id, ends)


async def _current(database: Database, new: Iterable[Post]) -> tuple[Post, ...]:
    """New posts as the directory bounds them. AccountRefused for one that it says is over."""
    bounded = await practices.bounded(database, new)
    if any(post.over(moment.now()) and post.lapses for post in bounded):
        raise AccountRefused(LAPSED)
    return bounded


def _ended(post: Post, ends: datetime) -> Post:
    earlier = post.ends is not None and post.ends <= ends
    values = asdict(post) | ({} if earlier else {"ends": ends})
    return Post(**values)


async def _put_posts(database: Database, account: AccountRecord, held: tuple[Post, ...]) -> None:
    await _release(database, held)
    try:
        result = await collection(database, "accounts").update_one(
            {"_id": account.id, "posts": posts.rows(account.posts)},
            with_duty({"posts": posts.rows(held)}, held),
        )
    except DuplicateKeyError as error:
        raise AccountRefused(_taken(error)) from None
    if not result.matched_count:
        raise AccountRefused("the account has been changed by someone else meanwhile")


def duties(held: Iterable[Post]) -> list[str]:
    """The practitioners of the duties (the last five roles) that are not over.

    AccountRefused for two duties at once.
    """
    now = moment.now()
    current = [post for post in held if not post.over(now)]
    if not compatible(post.role for post in current):
        raise AccountRefused("no account holds two of steward, privacy, operator, security and auditor")
    found = {post.practitioner for post in current if post.role in DUTIES and post.practitioner}
    return sorted(found)


def with_duty(change: Row, held: Iterable[Post]) -> Row:
    """An update that also tells who holds a duty; without one there is no such field to be unique."""
    duty = duties(held)
    return {"$set": change | {"duty": duty}} if duty else {"$set": change, "$unset": {"duty": ""}}


async def _release(database: Database, held: Iterable[Post]) -> None:
    """Practitioners whose duty in another account is over may take a new one."""
    names = [post.practitioner for post in held if post.role in DUTIES and post.practitioner]
    if not names:
        return
    accounts = collection(database, "accounts")
    async for found in accounts.find({"duty": {"$in": names}}):
        change = with_duty({"posts": found["posts"]}, posts.stored(found["posts"]))
        await accounts.update_one({"_id": found["_id"], "posts": found["posts"]}, change)


def _taken(error: DuplicateKeyError) -> str:
    pattern = str((error.details or {}).get("keyPattern", ""))
    if "duty" in pattern:
        return "the practitioner already holds one of these roles in another account"
    return "the login is taken"


def record(row: Row | None) -> AccountRecord | None:
    """As it was stored."""
    if row is None:
        return None
    row.pop("duty", None)
    row.pop("roster", None)
    return AccountRecord(
        id=row.pop("_id"),
        posts=posts.stored(row.pop("posts")),
        passkeys=passkeys.stored(row.pop("passkeys")),
        proxies=proxies.stored(row.pop("proxies", ())),
        subject=row.pop("subject", None),
        **row,
    )


async def ensure_indexes(database: Database) -> None:
    """Log-in names are unique, and so is who holds a duty, a passkey, an outside subject."""
    await _upgrade(database)
    await collection(database, "accounts").create_indexes(
        [
            IndexModel([("login", ASCENDING)], unique=True),
            *(
                IndexModel([(key, ASCENDING)], unique=True, partialFilterExpression={key: {"$exists": True}})
                for key in ("duty", "passkeys.id", "subject")
            ),
            IndexModel([("posts.organization", ASCENDING), ("login", ASCENDING)]),
            IndexModel([("posts.practitioner", ASCENDING)]),
            IndexModel([("name", ASCENDING)]),
            IndexModel([("patient", ASCENDING)], sparse=True),
        ]
    )


async def _upgrade(database: Database) -> None:
    """Accounts of earlier versions had one organisation and practitioner for all of their roles."""
    accounts = collection(database, "accounts")
    async for old in accounts.find({"posts": {"$exists": False}}):
        held = [
            posts.fresh(Role(role), old["organization"], old["practitioner"], begins=old["created"])
            for role in old["roles"]
            if role != Role.RESIDENT
        ]
        patient = old["patient"] if Role.RESIDENT in old["roles"] else None
        new = {"posts": posts.rows(held), "patient": patient, "passkeys": [], "reset": None}
        change = with_duty(new, held)
        change["$unset"] = change.get("$unset", {}) | {"roles": "", "organization": "", "practitioner": ""}
        await accounts.update_one({"_id": old["_id"], "posts": {"$exists": False}}, change)
