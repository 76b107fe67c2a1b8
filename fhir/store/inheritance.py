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
Rows = dict[str, Row]
TELLING = frozenset(
    {"Binary", "Composition", "DiagnosticReport", "DocumentManifest", "DocumentReference", "List"}
)
"""Types that tell of what they refer to, or are told of."""

_LABEL, _REFERS, _ATTACHED = "label|", f"{KEY}|", f"{KEY}|Binary/"
_STEPS = 4
_READ = {"owner": True, "facets": True, "inherited": True}


def labels_of(row: Row | None) -> frozenset[str]:
    """The label facets of a row, own and inherited."""
    return frozenset() if row is None else _own(row) | _held(row)


def _own(row: Row) -> frozenset[str]:
    return frozenset(each for each in row.get("facets") or () if each.startswith(_LABEL))


def _held(row: Row) -> frozenset[str]:
    return frozenset(row.get("inherited") or ())


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
    rows = await _read(database, session, {"_id": {"$in": sorted(telling)}})
    known = await _read(
        database, session, {"_id": {"$in": sorted({t for row in rows.values() for t in targets_of(row)})}}
    )
    rows |= await _attaching(database, session, rows, known)
    told = {t for row in rows.values() for t in targets_of(row)} - known.keys()
    known |= await _read(database, session, {"_id": {"$in": sorted(told)}}) if told else {}
    wanted: dict[str, frozenset[str]] = {}
    for id, row in rows.items():
        targets = [each for each in targets_of(row) if each in known]
        documents = [known[each] for each in targets if not each.startswith("Binary/")]
        wanted[id] = frozenset().union(*map(labels_of, documents))
        for each in targets:
            if each.startswith("Binary/"):
                wanted[each] = wanted.get(each, frozenset()) | wanted[id] | _own(row)
    changed = [id for id, labels in wanted.items() if labels != _held((known | rows)[id])]
    if changed:
        updates = [UpdateOne({"_id": id}, _change(wanted[id])) for id in changed]
        await database["resources"].bulk_write(updates, ordered=False, session=session)
    return [id for id in changed if id in rows]


async def _attaching(
    database: AsyncDatabase[dict[str, Any]], session: AsyncClientSession | None, rows: Rows, known: Rows
) -> Rows:
    """What else holds the attachments of `rows`: one that is in two documents inherits from both."""
    attached = sorted(
        {each for row in rows.values() for each in row.get("facets") or () if each.startswith(_ATTACHED)}
    )
    owners = sorted(
        {known[id]["owner"] for id in (each.removeprefix(_REFERS) for each in attached) if id in known}
    )
    if not owners:
        return {}
    # The index leads to the file of the owner; in it the facets are looked at.
    filter = {"owner": {"$in": owners}, "type": {"$in": sorted(TELLING)}, "facets": {"$in": attached}}
    return await _read(database, session, filter)


async def _read(
    database: AsyncDatabase[dict[str, Any]], session: AsyncClientSession | None, filter: dict[str, Any]
) -> Rows:
    return {row["_id"]: row async for row in database["resources"].find(filter, _READ, session=session)}


def _change(labels: frozenset[str]) -> dict[str, Any]:
    return {"$set": {"inherited": sorted(labels)}} if labels else {"$unset": {"inherited": ""}}


def targets_of(row: Row) -> list[str]:
    """What a row refers to, as its facets have it."""
    return [each.removeprefix(_REFERS) for each in row.get("facets") or () if each.startswith(_REFERS)]
