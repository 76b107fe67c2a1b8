"""Initial access tokens: each lets the maker of one app register it.

RFC 7591 section 1.2. Collection `registrations`, by SHA-256.
"""

from dataclasses import dataclass
from datetime import timedelta

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, collection

LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Who has invited, and whom."""

    by: str
    note: str


async def invite(database: Database, invitation: Invitation) -> str:
    """A new initial access token, good for a week and for one app."""
    token = secret.new()
    row = {
        "_id": secret.digest(token),
        "by": invitation.by,
        "note": invitation.note,
        "used": None,
        "expires": moment.now() + LIFE,
    }
    await collection(database, "registrations").insert_one(row)
    return token


async def claim(database: Database, token: str) -> Invitation | None:
    """Use it up; None when it is unknown, used or over."""
    row = await collection(database, "registrations").find_one_and_update(
        {"_id": secret.digest(token), "used": None, "expires": {"$gt": moment.now()}},
        {"$set": {"used": moment.now()}},
    )
    return Invitation(row["by"], row["note"]) if row else None


async def release(database: Database, token: str) -> None:
    """Nothing was registered with it: it may be used again."""
    await collection(database, "registrations").update_one(
        {"_id": secret.digest(token)}, {"$set": {"used": None}}
    )


async def ensure_indexes(database: Database) -> None:
    """What is over is removed."""
    await collection(database, "registrations").create_indexes(
        [IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)]
    )
