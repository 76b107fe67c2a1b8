"""Web sessions, and the first steps of a log-in that are not sessions yet.

Collections `sessions` and `first_steps`: two collections, so that a first step can never be taken for a
session. Both are known by the SHA-256 of their token alone.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, Row, collection


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session: whose, in which role, since when; `seen` is its last use, `expires` its absolute end."""

    account: str
    role: str
    started: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The password was right, `step` is still to be done; `secret` is a sealed second factor on offer."""

    account: str
    step: str
    expires: datetime
    secret: bytes | None = None


async def insert(database: Database, token: str, session: SessionRecord) -> None:
    """Keep a new session."""
    await collection(database, "sessions").insert_one({"_id": secret.digest(token), **asdict(session)})


async def find(database: Database, token: str) -> SessionRecord | None:
    """The session of `token`, however old."""
    row = await collection(database, "sessions").find_one({"_id": secret.digest(token)}, {"_id": 0})
    return SessionRecord(**row) if row else None


async def touch(database: Database, token: str) -> None:
    """Note that the session was used just now."""
    await collection(database, "sessions").update_one(
        {"_id": secret.digest(token)}, {"$max": {"seen": moment.now()}}
    )


async def end(database: Database, token: str) -> None:
    """Log out."""
    await collection(database, "sessions").delete_one({"_id": secret.digest(token)})


async def end_all(database: Database, account: str) -> None:
    """End every session and every log-in under way of an account."""
    for name in ("first_steps", "sessions"):
        await collection(database, name).delete_many({"account": account})


async def insert_step(database: Database, token: str, step: FirstStep) -> None:
    """Keep a first step."""
    await collection(database, "first_steps").insert_one({"_id": secret.digest(token), **asdict(step)})


async def find_step(database: Database, token: str) -> FirstStep | None:
    """The first step of `token`, or None when there is none or its time is over."""
    return _step(
        await collection(database, "first_steps").find_one({"_id": secret.digest(token)}, {"_id": 0})
    )


async def take_step(database: Database, token: str) -> FirstStep | None:
    """As `find_step`, and it is used up: of several at once, one gets it."""
    steps = collection(database, "first_steps")
    return _step(await steps.find_one_and_delete({"_id": secret.digest(token)}, {"_id": 0}))


def _step(row: Row | None) -> FirstStep | None:
    step = FirstStep(**row) if row else None
    return step if step and step.expires > moment.now() else None


async def ensure_indexes(database: Database) -> None:
    """By account; and what is over is removed."""
    for name in ("first_steps", "sessions"):
        await collection(database, name).create_indexes(
            [
                IndexModel([("account", ASCENDING)]),
                IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
            ]
        )
