"""Inheritance of security labels: what tells of a labelled resource is as sensitive as that.

FHIR R4 security-labels.html. A report inherits from its results, a document from what it holds or is about,
an attachment from the document. The labels stand in `inherited`, beside the facets of the row's own content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from fhir.search.refers import KEY, referring

Row = Mapping[str, Any]
TELLING = frozenset(
    {"Binary", "Composition", "DiagnosticReport", "DocumentManifest", "DocumentReference", "List"}
)
"""Types that tell of what they refer to, or are told of."""

_LABEL, _REFERS = "label|", f"{KEY}|"
_STEPS = 4
_READ = {"type": True, "id": True, "facets": True, "inherited": True}


def labels_of(row: Row | None) -> frozenset[str]:
    """The label facets of a row, own and inherited."""
    if row is None:
        return frozenset()
    own = (each for each in row.get("facets") or () if each.startswith(_LABEL))
    return frozenset(own) | frozenset(row.get("inherited") or ())


async def inherit(
    database: AsyncDatabase[dict[str, Any]],
    session: AsyncClientSession | None,
    written: Iterable[tuple[Row | None, Row]],
) -> None:
    """Let what was `written`, and what tells of it, inherit; each as its row was before and is now."""
    pairs = list(written)
    telling = {str(now["_id"]) for _, now in pairs if now["type"] in TELLING - {"Binary"}}
    changed = [str(now["_id"]) for before, now in pairs if labels_of(before) != labels_of(now)]
    for _ in range(_STEPS):
        if changed:
            telling |= await _telling(database, session, changed)
        if not telling:
            return
        changed = await _inherited(database, session, telling)
        telling = set()


async def _telling(
    database: AsyncDatabase[dict[str, Any]], session: AsyncClientSession | None, references: Sequence[str]
) -> set[str]:
    """What tells of any of `references`."""
    tokens = [token for each in references for token in referring(each)]
    filter = {"tokens": {"$in": tokens}, "type": {"$in": sorted(TELLING)}}
    found = database["resources"].find(filter, {"_id": True}, session=session)
    return {row["_id"] async for row in found}


async def _inherited(
    database: AsyncDatabase[dict[str, Any]], session: AsyncClientSession | None, telling: Collection[str]
) -> list[str]:
    """Set what `telling` inherit, and their attachments with them; those of which the labels changed."""
    collection = database["resources"]
    rows = await collection.find({"_id": {"$in": sorted(telling)}}, _READ, session=session).to_list()
    targets = {target for row in rows for target in _targets(row)}
    known = collection.find({"_id": {"$in": sorted(targets)}}, _READ, session=session)
    labels = {row["_id"]: labels_of(row) async for row in known}
    wanted: dict[str, frozenset[str]] = {}
    for row in rows:
        told = [each for each in _targets(row) if not each.startswith("Binary/")]
        wanted[row["_id"]] = frozenset().union(*(labels.get(each, frozenset()) for each in told))
        own = frozenset(each for each in row.get("facets") or () if each.startswith(_LABEL))
        for each in _targets(row):
            if each.startswith("Binary/") and each in labels:
                wanted[each] = wanted.get(each, frozenset()) | wanted[row["_id"]] | own
    held = {row["_id"]: frozenset(row.get("inherited") or ()) for row in rows}
    changes = {each: value for each, value in wanted.items() if each not in held or held[each] != value}
    if changes:
        updates = [UpdateOne({"_id": each}, _change(value)) for each, value in changes.items()]
        await collection.bulk_write(updates, ordered=False, session=session)
    return [each for each in changes if each in held]


def _change(labels: frozenset[str]) -> dict[str, Any]:
    return {"$set": {"inherited": sorted(labels)}} if labels else {"$unset": {"inherited": ""}}


def _targets(row: Row) -> list[str]:
    return [each.removeprefix(_REFERS) for each in row.get("facets") or () if each.startswith(_REFERS)]
