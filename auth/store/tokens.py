"""Access tokens: opaque, known to the database by their SHA-256 alone.

RFC 6749 section 1.4, RFC 6750. Collection `tokens`; what a token says of its client is copied into it when
it is issued, so that a request costs one look-up.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, SyncDatabase, blocking, collection


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What a token stands for."""

    client: str
    name: str
    organization: str | None
    regional: bool
    scope: str
    issued: datetime
    expires: datetime


def insert(database: SyncDatabase, token: str, record: TokenRecord) -> None:
    """Keep a token that has just been issued."""
    blocking(database, "tokens").insert_one({"_id": secret.digest(token), **asdict(record)})


def delete(database: SyncDatabase, token: str) -> None:
    """Take back a token before it is handed out."""
    blocking(database, "tokens").delete_one({"_id": secret.digest(token)})


async def find(database: Database, token: str) -> TokenRecord | None:
    """What `token` stands for, or None when it is unknown, revoked or over."""
    row = await collection(database, "tokens").find_one({"_id": secret.digest(token)}, {"_id": 0})
    record = TokenRecord(**row) if row else None
    return record if record and record.expires > moment.now() else None


async def revoke(database: Database, token: str) -> bool:
    """End one token; False when there is none."""
    result = await collection(database, "tokens").delete_one({"_id": secret.digest(token)})
    return bool(result.deleted_count)


async def revoke_client(database: Database, client: str) -> int:
    """End all tokens of a client; returns how many."""
    return (await collection(database, "tokens").delete_many({"client": client})).deleted_count


async def ensure_indexes(database: Database) -> None:
    """By client; and what is over is removed (the check in `find` does not wait for that)."""
    await collection(database, "tokens").create_indexes(
        [
            IndexModel([("client", ASCENDING)]),
            IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
        ]
    )
