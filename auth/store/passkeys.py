"""Passkeys: the public keys with which a person proves that he holds a device.

W3C Web Authentication level 3, section 4 (credential record). A passkey is part of the row of its account;
its id is known to one account at most.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.store.database import Database, Row, collection

MOST = 10


@dataclass(frozen=True, slots=True)
class Passkey:
    """One credential: `id` as base64url, `key` a COSE public key, `sign_count` as the device last told it."""

    id: str
    name: str
    key: bytes
    sign_count: int
    created: datetime
    used: datetime | None = None


async def add(database: Database, account: str, passkey: Passkey) -> bool:
    """Keep a new one; False when it is known already or the account has too many."""
    room = {"_id": account, f"passkeys.{MOST - 1}": {"$exists": False}, "passkeys.id": {"$ne": passkey.id}}
    try:
        result = await collection(database, "accounts").update_one(
            room, {"$push": {"passkeys": asdict(passkey)}}
        )
    except DuplicateKeyError:
        return False
    return bool(result.modified_count)


async def use(database: Database, account: str, id: str, count: int) -> bool:
    """Note a use; False when the sign count did not grow (a copy of the key), or the passkey is gone.

    Section 6.1.1: devices that do not count always say 0.
    """
    before = 0 if count == 0 else {"$lt": count}
    result = await collection(database, "accounts").update_one(
        {"_id": account, "passkeys": {"$elemMatch": {"id": id, "sign_count": before}}},
        {"$set": {"passkeys.$.sign_count": count, "passkeys.$.used": moment.now()}},
    )
    return bool(result.matched_count)


async def remove(database: Database, account: str, id: str, *, last: bool) -> bool:
    """Take one away; False when there is none of this id, or it is the only one and `last` forbids that."""
    present: Row = {"_id": account, "passkeys.id": id}
    if not last:
        present["passkeys.1"] = {"$exists": True}
    result = await collection(database, "accounts").update_one(present, {"$pull": {"passkeys": {"id": id}}})
    return bool(result.modified_count)


def rows(passkeys: Iterable[Passkey]) -> list[Row]:
    """As they are stored."""
    return [asdict(passkey) for passkey in passkeys]


def stored(rows: Iterable[Row]) -> tuple[Passkey, ...]:
    """As they were stored."""
    return tuple(Passkey(**row) for row in rows)
