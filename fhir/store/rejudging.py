"""Rejudging: superseded versions learn what other rules say is sensitive.

security-and-scale.md, line 15. A version is judged by its own content; a deletion by what it deleted. What a
version inherited it keeps, and gets the labels that what it tells of has now: it is never opened by that.
"""

from collections.abc import Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from fhir.outcome import Refusal
from fhir.store.document import Document, indexed, read_all
from fhir.store.inheritance import TELLING, labels_of, targets_of
from fhir.store.reindex import Reindexed
from fhir.store.stored import JUDGED, Stored
from fhir.store.vault import LostKeyError, Vault


async def rejudge(
    database: AsyncDatabase[Document], vault: Vault, *, after: str | None = None, batch: int = 500
) -> Reindexed:
    """Judge the next `batch` superseded versions after one, anew; current resources have been by then."""
    filter: Document = {"deleted": False} | ({} if after is None else {"_id": {"$gt": after}})
    rows = await database["versions"].find(filter).sort("_id", 1).limit(batch).to_list()
    refused: list[str] = []
    judged: list[tuple[Document, Document]] = []
    for row, stored in zip(rows, await read_all(rows, vault), strict=True):
        try:
            judged.append((row, _facets(stored, vault)))
        except (LostKeyError, Refusal):
            refused.append(row["_id"])
    changed = await _keep(database, await _inherited(database, judged))
    return Reindexed(len(rows), changed, tuple(refused), rows[-1]["_id"] if len(rows) == batch else None)


def _facets(stored: Stored, vault: Vault) -> Document:
    if stored.deleted:
        raise LostKeyError("the body does not open")
    return {"facets": indexed(stored.resource(), vault.keyed)[1]["facets"]}


async def _inherited(
    database: AsyncDatabase[Document], judged: list[tuple[Document, Document]]
) -> list[tuple[Document, Document]]:
    """With the labels of what reports, documents and lists among them tell of."""
    told = {t for row, fields in judged if row["type"] in TELLING for t in targets_of(fields)}
    found = database["resources"].find({"_id": {"$in": sorted(told)}}, JUDGED) if told else None
    known: dict[str, Mapping[str, Any]] = {} if found is None else {row["_id"]: row async for row in found}
    for row, fields in judged:
        if row["type"] in TELLING:
            labels = frozenset().union(*(labels_of(known.get(each)) for each in targets_of(fields)))
            if labels - set(row.get("inherited") or ()):
                fields["inherited"] = sorted(labels | set(row.get("inherited") or ()))
    return judged


async def _keep(database: AsyncDatabase[Document], judged: list[tuple[Document, Document]]) -> int:
    """Set what is other than it was, on the deletion of a version first: a version tells that it is done."""
    superseded: list[UpdateOne] = []
    deletions: list[UpdateOne] = []
    current: list[UpdateOne] = []
    for row, fields in judged:
        if all(row.get(name) == value for name, value in fields.items()):
            continue
        change, gone = {"$set": fields}, {"deleted": True, "version": row["version"] + 1}
        superseded.append(UpdateOne({"_id": row["_id"], "body": row["body"]}, change))
        deletions.append(UpdateOne({"_id": f"{row['reference']}/{row['version'] + 1}"} | gone, change))
        current.append(UpdateOne({"_id": row["reference"]} | gone, change))
    if not superseded:
        return 0
    await database["resources"].bulk_write(current, ordered=False)
    await database["versions"].bulk_write(deletions, ordered=False)
    return (await database["versions"].bulk_write(superseded, ordered=False)).modified_count
