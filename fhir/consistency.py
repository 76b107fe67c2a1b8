"""Consistency: is the index what the resources say, and does every reference lead somewhere?

A check of a living store (checklist line 108): it reads all current resources once and changes nothing.
"""

from dataclasses import dataclass, field

from fhir.references import is_literal, references
from fhir.resource import Resource
from fhir.store.database import Store
from fhir.store.document import Document, indexed, read_all

_BATCH = 500


@dataclass(slots=True)
class Report:
    """How many resources were read; where index or versions differ; references that lead nowhere."""

    resources: int = 0
    references: int = 0
    drifted: list[str] = field(default_factory=list)
    dangling: list[str] = field(default_factory=list)


async def check(store: Store) -> Report:
    """Read everything and report."""
    report = Report()
    batch: list[Document] = []
    async for row in store.database["resources"].find().sort("_id", 1):
        batch.append(row)
        if len(batch) == _BATCH:
            await _check(store, batch, report)
            batch = []
    await _check(store, batch, report)
    return report


async def _resource(store: Store, row: Document) -> Resource | None:
    """The resource of a row; None where its body was changed, moved, or its key destroyed."""
    (stored,) = await read_all([row], store.vault)
    return None if stored.deleted else stored.resource()


async def _check(store: Store, rows: list[Document], report: Report) -> None:
    targets: dict[str, list[str]] = {}
    await _count_versions(store, rows, report)
    for row in rows:
        if row["deleted"]:
            continue
        resource = await _resource(store, row)
        if resource is None:
            report.drifted.append(f"{row['_id']}: the body does not open")
            continue
        report.resources += 1
        if not _same(row, *indexed(resource, store.keyed)):
            report.drifted.append(f"{row['_id']}: the index differs from the resource")
        for path, named in references(resource, resource["resourceType"]):
            target = named.partition("/_history/")[0]
            if is_literal(target):
                report.references += 1
                targets.setdefault(target, []).append(f"{row['_id']} {path}")
    found = await store.resources.judged(targets)
    report.dangling += [
        f"{place}: the reference leads nowhere" for each in targets.keys() - found for place in targets[each]
    ]


async def _count_versions(store: Store, rows: list[Document], report: Report) -> None:
    """Has each resource all of its superseded versions, from the first to the one before the current?"""
    pipeline: list[Document] = [
        {"$match": {"reference": {"$in": [row["_id"] for row in rows]}}},
        {"$group": {"_id": "$reference", "count": {"$sum": 1}, "last": {"$max": "$version"}}},
    ]
    found = await store.database["versions"].aggregate(pipeline)
    told = {each["_id"]: (each["count"], each["last"]) async for each in found}
    for row in rows:
        before = row["version"] - 1
        if told.get(row["_id"], (0, 0)) != (before, before):
            report.drifted.append(f"{row['_id']}: a version is missing or too many")


def _same(row: Document, owner: str, fields: Document) -> bool:
    """Is a row found by what its resource says? The order of tokens does not matter."""
    told = {name: row.get(name) for name in fields}
    return owner == row["owner"] and _sorted(told) == _sorted(fields)


def _sorted(fields: Document) -> Document:
    return fields | {"tokens": sorted(fields["tokens"] or ())}
