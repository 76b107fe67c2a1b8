"""Signing keys of the platform: the public halves plain, the private ones sealed by the vault.

RFC 7517. Collection `signing_keys`, by `kid`; the key of the vault lies outside the database (ADR 3).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from auth.store.database import Database, collection


@dataclass(frozen=True, slots=True)
class SigningKeyRecord:
    """One key: when it was made and until when its public half is published."""

    kid: str
    public: dict[str, Any]
    sealed: bytes
    created: datetime
    published: datetime


async def insert(database: Database, key: SigningKeyRecord) -> None:
    """Keep a new one."""
    row = {name: getattr(key, name) for name in ("public", "sealed", "created", "published")}
    await collection(database, "signing_keys").insert_one({"_id": key.kid, **row})


async def every(database: Database, now: datetime) -> list[SigningKeyRecord]:
    """All that are published, the oldest first."""
    rows = collection(database, "signing_keys").find({"published": {"$gt": now}})
    return [SigningKeyRecord(kid=row.pop("_id"), **row) async for row in rows.sort([("created", ASCENDING)])]


async def ensure_indexes(database: Database) -> None:
    """What nobody needs any more is removed."""
    await collection(database, "signing_keys").create_indexes(
        [IndexModel([("published", ASCENDING)], expireAfterSeconds=0)]
    )
