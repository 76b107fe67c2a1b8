"""Overlays: which overlay of the maps each source has, version after version.

Collection `overlays`, a row for each activation, never changed: the newest of a source counts. So what was
active when can be told for ever, and to go back is an activation too. Processes know a new one within two
seconds (`services.sources`).
"""

import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from adapters.v2_to_fhir.overlay import Overlay, read_overlay
from adapters.v2_to_fhir.table import MapError

log = logging.getLogger("furong.sources")
Database = AsyncDatabase[dict[str, Any]]
Row = dict[str, Any]
_known: dict[str, Overlay] = {}
"""By digest of their text: those that were read by this process."""


async def active(database: Database) -> dict[str, Overlay]:
    """The active overlay of each source that has one."""
    newest: list[Row] = [
        {"$sort": {"_id": -1}},
        {"$group": {"_id": "$source", "row": {"$first": "$_id"}, "digest": {"$first": "$digest"}}},
        {"$match": {"digest": {"$ne": None}}},
    ]
    rows = await (await database["overlays"].aggregate(newest)).to_list()
    unread = [row["row"] for row in rows if row["digest"] not in _known]
    if unread:
        async for row in database["overlays"].find({"_id": {"$in": unread}}):
            _known[row["digest"]] = _read(row)
    return {row["_id"]: _known[row["digest"]] for row in rows}


async def history(database: Database, source: str) -> list[Row]:
    """Every activation for a source, the newest first; `text` is None where the shipped maps stand alone."""
    return await database["overlays"].find({"source": source}).sort("_id", -1).to_list()


async def back(database: Database, source: str) -> Row | None:
    """Let the version before the active one count again, once more and the one before that; None where
    a source never had one."""
    rows = {row["number"]: row for row in await history(database, source)}
    if not rows:
        return None
    newest = rows[max(rows)]
    now = newest["number"] if newest["of"] is None else newest["of"]
    before = max(now - 1, 0)
    text = rows[before]["text"] if before else None
    return await activate(database, source, text, f"back to {before}", of=before)


async def activate(
    database: Database, source: str, text: str | None, note: str = "", *, of: int | None = None
) -> Row:
    """Let `text` (None: no overlay) count from now on for a source; MapError where it is wrong.

    `of` is the number of the version that it repeats.
    """
    version = None if text is None else read_overlay(text, "the overlay").version
    while True:
        newest = await database["overlays"].find_one({"source": source}, sort=[("_id", -1)])
        number = 1 if newest is None else newest["number"] + 1
        row: Row = {
            "_id": f"{source}/{number:06}",
            "source": source,
            "number": number,
            "of": of,
            "version": version,
            "text": text,
            "digest": None if text is None else hashlib.sha256(text.encode()).hexdigest(),
            "note": note,
            "activated": datetime.now(UTC),
        }
        try:
            await database["overlays"].insert_one(row)
        except DuplicateKeyError:
            continue
        return row


def _read(row: Row) -> Overlay:
    """An overlay that was right when it was activated; its fault where the shipped maps changed since."""
    try:
        return read_overlay(row["text"], f"overlay {row['number']} of {row['source']}")
    except MapError as error:
        log.error("an active overlay can't be used", extra={"fields": {"source": row["source"][:64]}})
        return Overlay(str(row["version"]), fault=str(error))
