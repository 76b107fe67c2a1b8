"""Payloads: what makes a resource larger than a megabyte is kept apart from it, by its content.

FHIR R4 Attachment.data (datatypes.html#attachment), Binary.data (binary.html). A document of MongoDB holds
16 MB at most. Long strings become chunks that are named by their SHA-256, keyed and under the data key
of their owner, so that the versions of a resource share them. They are stored before the row that names them.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bson.binary import Binary
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from fhir.store.vault import DataKey, LostKeyError, Vault

Document = dict[str, Any]
LARGEST_INLINE = 1_000_000
"""Bytes of a body that stand in its row."""
_CHUNK = 4_000_000
_STEP = 32_768
"""A JSON string twice as long is cut out; what is shorter stays."""
_GRACE = timedelta(hours=1)
"""How long a chunk that no row names is kept: its row may be about to be committed."""
_SWEPT_AT_ONCE = 200


class Piece(NamedTuple):
    """What was cut out of a body, and where in the rest it stood."""

    at: int
    content: bytes


def cut(body: bytes) -> tuple[bytes, list[Piece]]:
    """The part of a body that stays in its row, and what goes into chunks."""
    if len(body) <= LARGEST_INLINE:
        return body, []
    spans = list(_strings(body))
    if len(body) - sum(end - begin for begin, end in spans) > LARGEST_INLINE:
        spans = [(0, len(body))]
    inline, pieces, last, kept = [], [], 0, 0
    for begin, end in spans:
        inline.append(body[last:begin])
        kept += begin - last
        pieces += [Piece(kept, body[at : min(at + _CHUNK, end)]) for at in range(begin, end, _CHUNK)]
        last = end
    return b"".join((*inline, body[last:])), pieces


def _strings(body: bytes) -> Iterator[tuple[int, int]]:
    """Where the long JSON strings begin and end: each fills at least one step without a quotation mark."""
    at = 0
    while at + _STEP <= len(body):
        if body.find(b'"', at, at + _STEP) >= 0:
            at += _STEP
            continue
        begin, end = body.rfind(b'"', 0, at) + 1, body.find(b'"', at)
        end = end if end >= 0 else len(body)
        yield begin, end
        at = end


def joined(inline: bytes, pieces: Iterable[Piece]) -> bytes:
    """The body again."""
    parts, last = [], 0
    for at, content in pieces:
        parts += [inline[last:at], content]
        last = at
    return b"".join((*parts, inline[last:]))


def _name(vault: Vault, owner: str, content: bytes) -> str:
    return f"{owner}/{vault.keyed('payload ' + hashlib.sha256(content).hexdigest())}"


async def keep(
    database: AsyncDatabase[Document], vault: Vault, owner: str, pieces: Sequence[Piece]
) -> list[Document]:
    """Store those chunks that are not there yet; how a row names them. None is swept within the next hour."""
    names, key = [], await vault.held(owner)
    for piece in pieces:
        id = await asyncio.to_thread(_name, vault, key.owner, piece.content)
        names.append({"at": piece.at, "id": id})
        if not await _touch(database, id):
            sealed = await asyncio.to_thread(key.seal, piece.content, id)
            row = {"_id": id, "sealed": Binary(sealed), "touched": datetime.now(UTC)}
            try:
                await database["payloads"].insert_one(row)
            except DuplicateKeyError:
                await _touch(database, id)
    return names


async def _touch(database: AsyncDatabase[Document], id: str) -> bool:
    touched = {"$set": {"touched": datetime.now(UTC)}}
    return (await database["payloads"].update_one({"_id": id}, touched)).matched_count == 1


async def whole(database: AsyncDatabase[Document], key: DataKey, row: Document, inline: bytes) -> bytes:
    """The body of a row that names chunks, which are sealed under the owner's `key`."""
    pieces = []
    for name in row["payload"]:
        chunk = await database["payloads"].find_one({"_id": name["id"]})
        if chunk is None:
            raise LostKeyError("a chunk of a payload is gone")
        content = await asyncio.to_thread(key.open, chunk["sealed"], name["id"])
        pieces.append(Piece(name["at"], content))
    return joined(inline, pieces)


async def sweep(database: AsyncDatabase[Document], grace: timedelta = _GRACE) -> int:
    """Remove chunks that no version names and that nobody has asked for lately; how many there were."""
    removed, last = 0, ""
    before = datetime.now(UTC) - grace
    while True:
        old = {"_id": {"$gt": last}, "touched": {"$lt": before}}
        cursor = database["payloads"].find(old, {"_id": True}).sort("_id", 1).limit(_SWEPT_AT_ONCE)
        ids = [row["_id"] async for row in cursor]
        if not ids:
            return removed
        last = ids[-1]
        unnamed = set(ids) - await _named(database, ids)
        gone = {"_id": {"$in": sorted(unnamed)}, "touched": {"$lt": before}}
        removed += (await database["payloads"].delete_many(gone)).deleted_count


async def _named(database: AsyncDatabase[Document], ids: list[str]) -> set[str]:
    """Those of `ids` that a current or a superseded version names."""
    found: set[str] = set()
    for collection in ("resources", "versions"):
        rows = database[collection].find({"payload.id": {"$in": ids}}, {"payload.id": True})
        found |= {name["id"] async for row in rows for name in row["payload"]}
    return found
