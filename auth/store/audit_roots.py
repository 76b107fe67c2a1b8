"""Store of the daily roots of the audit: collection `audit_roots`, one row a day, never changed.

`tiles` are the hashes of whole subtrees, from which a record's inclusion proof is made.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from auth.store.audit import ChainedRow, row_of
from auth.store.database import Database, Row, collection


@dataclass(frozen=True, slots=True)
class KeptRoot:
    """A root's file as text, and the tiles of its trees by the name of their hash."""

    day: str
    text: str
    tiles: Mapping[str, bytes]


async def keep(database: Database, root: KeptRoot) -> bool:
    """Keep the root of a day; False where another process has kept one of that day already."""
    row = {"_id": root.day, "text": root.text, "tiles": dict(root.tiles)}
    try:
        await collection(database, "audit_roots").insert_one(row)
    except DuplicateKeyError:
        return False
    return True


async def find(database: Database, day: str) -> KeptRoot | None:
    """The root of a day."""
    row = await collection(database, "audit_roots").find_one({"_id": day})
    return _kept(row) if row else None


async def last(database: Database, before: str | None = None) -> KeptRoot | None:
    """The newest root, or the newest before a day."""
    filter = {"_id": {"$lt": before}} if before else {}
    row = await collection(database, "audit_roots").find_one(filter, sort=[("_id", DESCENDING)])
    return _kept(row) if row else None


async def texts(database: Database) -> dict[str, str]:
    """The files of all days, the oldest first."""
    rows = collection(database, "audit_roots").find({}, {"text": True}).sort("_id", ASCENDING)
    return {row["_id"]: row["text"] async for row in rows}


async def since(database: Database, day: str, limit: int) -> list[str]:
    """The files of `limit` days from `day` on."""
    found = collection(database, "audit_roots").find({"_id": {"$gte": day}}, {"text": True})
    return [row["text"] async for row in found.sort("_id", ASCENDING).limit(limit)]


async def chains(database: Database) -> list[str]:
    """The names of all chains that have records."""
    return sorted(await collection(database, "audit").distinct("chain"))


async def stretch(database: Database, chain: str, first: int, length: int) -> AsyncIterator[ChainedRow]:
    """The records of a chain from `first` up to, but without, `length`."""
    places = {"chain": chain, "seq": {"$gte": first, "$lt": length}}
    async for row in collection(database, "audit").find(places).sort("seq", ASCENDING):
        yield row_of(row)


async def place(database: Database, chain: str, seq: int) -> ChainedRow | None:
    """The record at a place."""
    row = await collection(database, "audit").find_one({"chain": chain, "seq": seq})
    return row_of(row) if row else None


async def record(database: Database, id: str) -> ChainedRow | None:
    """The record `id` with its place."""
    row = await collection(database, "audit").find_one({"_id": id})
    return row_of(row) if row else None


async def length(database: Database, chain: str, first: int, until: datetime) -> int:
    """How long a chain was at a moment: up to the first record from `first` on that is as new or newer."""
    audit, after = collection(database, "audit"), {"chain": chain, "seq": {"$gte": first}}
    newer = await audit.find_one(
        after | {"moment": {"$gte": until}}, {"seq": True}, sort=[("seq", ASCENDING)]
    )
    if newer is not None:
        return int(newer["seq"])
    last = await audit.find_one(after, {"seq": True}, sort=[("seq", DESCENDING)])
    return int(last["seq"]) + 1 if last else first


async def oldest(database: Database) -> datetime | None:
    """The moment of the oldest record."""
    row = await collection(database, "audit").find_one({}, {"moment": True}, sort=[("moment", ASCENDING)])
    moment: datetime | None = row["moment"] if row else None
    return moment


def _kept(row: Row) -> KeptRoot:
    return KeptRoot(row["_id"], row["text"], {name: bytes(tile) for name, tile in row["tiles"].items()})
