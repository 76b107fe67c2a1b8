"""Refresh tokens: each is used once, and gives the next one of its family.

RFC 9700 section 4.14.2. Collection `refresh_tokens`, by SHA-256; the family is the authorization. Times are
in milliseconds, and nothing of the rotation lives in a process.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, SyncDatabase, blocking, collection

IDLE = timedelta(days=100)
"""How long a refresh token waits for its use; each use gives a new one, so a family has no end of its own."""
GRACE = timedelta(seconds=10)
"""Two tabs that refresh at once: within this time the second one is refused and nothing else happens."""


@dataclass(frozen=True, slots=True)
class Used:
    """A refresh token that comes again: of which family, and whether it may be the second of two tabs."""

    authorization: str
    lately: bool


def insert(database: SyncDatabase, token: str, client: str, authorization: str) -> None:
    """Keep a new one."""
    now = moment.now()
    row = {
        "_id": secret.digest(token),
        "client": client,
        "authorization": authorization,
        "issued": now,
        "expires": now + IDLE,
        "used": None,
    }
    blocking(database, "refresh_tokens").insert_one(row)


def peek(database: SyncDatabase, token: str) -> tuple[str, str, datetime, datetime] | None:
    """Client, authorization, begin and end of an unused one (introspection, revocation)."""
    row = blocking(database, "refresh_tokens").find_one({"_id": secret.digest(token), "used": None})
    if row is None or row["expires"] <= moment.now():
        return None
    return row["client"], row["authorization"], row["issued"], row["expires"]


def claim(database: SyncDatabase, token: str, client: str) -> str | None:
    """Use it up: the authorization, or None. Of several requests at once, one gets it."""
    now = moment.now()
    row = blocking(database, "refresh_tokens").find_one_and_update(
        {"_id": secret.digest(token), "client": client, "used": None, "expires": {"$gt": now}},
        {"$set": {"used": now}},
    )
    return str(row["authorization"]) if row else None


def release(database: SyncDatabase, token: str) -> None:
    """Take a claim back, where nothing was issued for it."""
    blocking(database, "refresh_tokens").update_one({"_id": secret.digest(token)}, {"$set": {"used": None}})


def used(database: SyncDatabase, token: str, client: str) -> Used | None:
    """The family of one that was used before by this client."""
    row = blocking(database, "refresh_tokens").find_one(
        {"_id": secret.digest(token), "client": client, "used": {"$ne": None}}
    )
    return Used(row["authorization"], moment.now() - row["used"] <= GRACE) if row else None


async def ensure_indexes(database: Database) -> None:
    """By family; and what is over is removed."""
    await collection(database, "refresh_tokens").create_indexes(
        [
            IndexModel([("authorization", ASCENDING)]),
            IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
        ]
    )
