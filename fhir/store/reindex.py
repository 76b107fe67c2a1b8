"""Reindexing: what current resources are found by, computed anew without a new version.

FHIR R4 3.1.1.9 (search.html#custom): a parameter is searchable once all old data are indexed by it. Rows are
walked by reference, so that an interrupted walk goes on where it stopped; whoever writes meanwhile writes
the new index anyway, so a row of another version is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from fhir.outcome import Refusal
from fhir.store.document import Document, indexed, read_all
from fhir.store.inheritance import inherit
from fhir.store.stored import JUDGED
from fhir.store.vault import LostKeyError, Vault


@dataclass(frozen=True, slots=True)
class Reindexed:
    """One batch: how many rows were read, how many changed, which can't be indexed, and where to go on."""

    read: int
    changed: int
    refused: tuple[str, ...]
    after: str | None
    """The reference to go on after; None at the end."""


async def reindex(
    database: AsyncDatabase[Document],
    vault: Vault,
    *,
    after: str | None = None,
    batch: int = 500,
    types: Sequence[str] = (),
    since: datetime | None = None,
) -> Reindexed:
    """Index the next `batch` current resources after a reference; of `types` only, or changed `since`."""
    filter: dict[str, Any] = {"deleted": False}
    if after is not None:
        filter["_id"] = {"$gt": after}
    if types:
        filter["type"] = {"$in": list(types)}
    if since is not None:
        filter["updated"] = {"$gte": since}
    rows = await database["resources"].find(filter).sort("_id", 1).limit(batch).to_list()
    changed, refused = await _reindex(database, vault, rows)
    return Reindexed(len(rows), changed, refused, rows[-1]["_id"] if len(rows) == batch else None)


async def reindex_one(database: AsyncDatabase[Document], vault: Vault, reference: str) -> Reindexed:
    """Index one current resource."""
    rows = await database["resources"].find({"_id": reference, "deleted": False}).to_list()
    changed, refused = await _reindex(database, vault, rows)
    return Reindexed(len(rows), changed, refused, None)


async def _reindex(
    database: AsyncDatabase[Document], vault: Vault, rows: list[Document]
) -> tuple[int, tuple[str, ...]]:
    """How many of `rows` changed, and which can't be indexed."""
    changes: list[UpdateOne] = []
    refused: list[str] = []
    for row in rows:
        try:
            changes += await _change(row, vault)
        except (LostKeyError, Refusal):
            refused.append(row["_id"])
    changed = 0
    if changes:
        changed = (await database["resources"].bulk_write(changes, ordered=False)).modified_count
        await _inherit(database, rows)
    return changed, tuple(refused)


async def _inherit(database: AsyncDatabase[Document], before: list[Document]) -> None:
    """What tells of a resource whose labels are others now inherits them."""
    ids = [row["_id"] for row in before]
    after = {row["_id"]: row async for row in database["resources"].find({"_id": {"$in": ids}}, JUDGED)}
    await inherit(database, None, [(row, after[row["_id"]]) for row in before if row["_id"] in after])


async def _change(row: Document, vault: Vault) -> list[UpdateOne]:
    """What must be set on a row, if anything; whose it is stays as it is."""
    (stored,) = await read_all([row], vault)
    if stored.deleted:
        raise LostKeyError("the body does not open")
    _, fields = indexed(stored.resource(), vault.keyed)
    changed = {name: value for name, value in fields.items() if row.get(name) != value}
    return [UpdateOne({"_id": row["_id"], "version": row["version"]}, {"$set": changed})] if changed else []
