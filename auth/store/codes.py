"""Authorization codes: single use, a minute, known by their SHA-256 alone.

RFC 6749 section 4.1.2; RFC 9700 section 2.1.1. Collection `codes`; a used code's row is kept, because the
tokens that came of it must end when it comes again.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, IndexModel, ReturnDocument

from auth import moment, secret
from auth.store.database import Database, SyncDatabase, blocking, collection

LIFE = timedelta(seconds=60)
_REMEMBERED = 24 * 3600


@dataclass(frozen=True, slots=True)
class Code:
    """What a code is bound to: its client, redirect URI and PKCE challenge, and the authorization given."""

    client: str
    authorization: str
    redirect_uri: str
    challenge: str
    expires: datetime


def insert(database: SyncDatabase, code: str, record: Code) -> None:
    """Keep a new code."""
    row = {"_id": secret.digest(code), **asdict(record), "used": None}
    blocking(database, "codes").insert_one(row)


def claim(database: SyncDatabase, code: str, client: str) -> Code | None:
    """Use a code of this client up: of several requests at once, one gets it."""
    now = moment.now()
    row = blocking(database, "codes").find_one_and_update(
        {"_id": secret.digest(code), "client": client, "used": None, "expires": {"$gt": now}},
        {"$set": {"used": now}},
        {"_id": 0, "used": 0},
        return_document=ReturnDocument.AFTER,
    )
    return Code(**row) if row else None


def replayed(database: SyncDatabase, code: str, client: str) -> str | None:
    """The authorization of a code of this client that was used before."""
    row = blocking(database, "codes").find_one(
        {"_id": secret.digest(code), "client": client, "used": {"$ne": None}}, {"authorization": 1}
    )
    return str(row["authorization"]) if row else None


async def ensure_indexes(database: Database) -> None:
    """A code is forgotten a day after its end."""
    await collection(database, "codes").create_indexes(
        [IndexModel([("expires", ASCENDING)], expireAfterSeconds=_REMEMBERED)]
    )
