"""History: the versions of one resource, of a type or of all types, newest first.

FHIR R4 3.1.0.11 (http.html#history). Current versions and superseded ones lie in two collections; each page
is merged from both. A version is shown where its own owner and the present owner of its resource are visible.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from fhir.access import Constraint
from fhir.store.constraint import Filter, narrow, visible_among
from fhir.store.document import SENT, Document, milliseconds, read_all
from fhir.store.stored import JUDGED, Stored
from fhir.store.vault import Vault

Reach = Sequence[tuple[str, Constraint]]
"""The types that are asked for, each with what the reader may see of it."""
Place = tuple[Any, ...]
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Span:
    """Which versions: those since an instant, those that were current at some point of `[from, to)`."""

    since: datetime | None = None
    at: tuple[datetime, datetime] | None = None

    def filter(self, *, superseded: bool) -> Filter:
        """The filter of one of the two collections; a deletion counts only at its own instant."""
        parts: list[Filter] = []
        if self.since is not None:
            parts.append({"updated": {"$gte": self.since}})
        if self.at is not None:
            begin, end = self.at
            parts.append({"updated": {"$lt": end}})
            parts.append({"$or": [{"deleted": False}, {"updated": {"$gte": begin}}]})
            parts += [{"until": {"$gt": begin}}] if superseded else []
        return {"$and": parts} if parts else {}


class History:
    """Reads the collections `resources` and `versions` together."""

    def __init__(self, database: AsyncDatabase[Document], vault: Vault) -> None:
        self._current = database["resources"]
        self._versions = database["versions"]
        self._vault = vault

    async def page(
        self,
        reach: Reach,
        id: str | None,
        span: Span,
        *,
        limit: int,
        after: Place | None,
        session: AsyncClientSession | None,
    ) -> list[Stored]:
        """At most `limit` versions after a place (instant, reference, version)."""
        found: list[Document] = []
        while len(found) < limit:
            rows = await self._rows(reach, id, span, limit, after, session)
            found += await self._still_visible(reach, rows)
            if len(rows) < limit:
                break
            after = _place(rows[-1])
        return [
            _placed(*each) for each in zip(await read_all(found[:limit], self._vault), found, strict=False)
        ]

    async def count(self, reach: Reach, id: str | None, span: Span) -> int:
        """How many versions there are to be seen."""
        total = 0
        for constraint, types in _groups(reach):
            current, versions = await self._filters(types, id, span, constraint)
            total += await self._current.count_documents(current)
            if constraint.unrestricted:
                total += await self._versions.count_documents(versions)
            else:
                total += await self._count_visible(versions, constraint)
        return total

    async def earliest(self, references: Iterable[str], owners: Iterable[str]) -> datetime | None:
        """When the first version of any of `references` was written that belonged to any of `owners`."""
        named, theirs = list(references), {"owner": {"$in": list(owners)}, "deleted": False}
        found = []
        for rows, key in ((self._current, "_id"), (self._versions, "reference")):
            filter: Filter = {key: {"$in": named}} | theirs
            row = await rows.find_one(filter, {"updated": True}, sort=[("updated", ASCENDING)])
            found += [row["updated"]] if row else []
        return min(found, default=None)

    async def _filters(
        self, types: list[str], id: str | None, span: Span, constraint: Constraint
    ) -> tuple[Filter, Filter]:
        of: Filter = {"type": types[0] if len(types) == 1 else {"$in": types}}
        current = of if id is None else {"_id": f"{types[0]}/{id}"}
        versions = of if id is None else {"reference": f"{types[0]}/{id}"}
        return (
            await narrow(self._current, current | span.filter(superseded=False), constraint),
            await narrow(self._versions, versions | span.filter(superseded=True), constraint),
        )

    async def _rows(
        self,
        reach: Reach,
        id: str | None,
        span: Span,
        limit: int,
        after: Place | None,
        session: AsyncClientSession | None,
    ) -> list[Document]:
        rows: list[Document] = []
        for constraint, types in _groups(reach):
            filters = await self._filters(types, id, span, constraint)
            sources = ((self._current, "_id"), (self._versions, "reference"))
            for (collection, reference), filter in zip(sources, filters, strict=True):
                beyond = filter if after is None else {"$and": [filter, _beyond(after, reference)]}
                order = [("updated", DESCENDING), (reference, ASCENDING), ("version", DESCENDING)]
                cursor = collection.find(beyond, SENT, session=session)
                rows += await cursor.sort(order).limit(limit).to_list()
        return sorted(rows, key=_rank)[:limit]

    async def _still_visible(self, reach: Reach, rows: list[Document]) -> list[Document]:
        """Without the versions of what the reader may not see as it is now."""
        constraints = {type: constraint for type, constraint in reach if not constraint.unrestricted}
        hidden: set[str] = set()
        for constraint, types in _groups(list(constraints.items())):
            theirs = {_reference(row) for row in rows if row["type"] in types}
            hidden |= theirs - await self._visible_now(theirs, constraint)
        return [row for row in rows if _reference(row) not in hidden]

    async def _visible_now(self, references: Collection[str], constraint: Constraint) -> set[str]:
        if not references:
            return set()
        rows = await self._current.find({"_id": {"$in": list(references)}}, JUDGED).to_list()
        return {row["_id"] for row in await visible_among(rows, constraint)}

    async def _count_visible(self, filter: Filter, constraint: Constraint) -> int:
        pipeline: list[Filter] = [
            {"$match": filter},
            {"$group": {"_id": "$reference", "count": {"$sum": 1}}},
        ]
        total, counts = 0, dict[str, int]()
        async for row in await self._versions.aggregate(pipeline, allowDiskUse=True):
            counts[row["_id"]] = row["count"]
            if len(counts) == _AT_ONCE:
                total, counts = total + await self._sum(counts, constraint), {}
        return total + await self._sum(counts, constraint)

    async def _sum(self, counts: Mapping[str, int], constraint: Constraint) -> int:
        return sum(counts[each] for each in await self._visible_now(counts.keys(), constraint))


def _groups(reach: Reach) -> list[tuple[Constraint, list[str]]]:
    """The types by constraint: all decisions of one request share theirs."""
    groups: dict[object, tuple[Constraint, list[str]]] = {}
    for type, constraint in reach:
        key = True if constraint.unrestricted else id(constraint)
        groups.setdefault(key, (constraint, []))[1].append(type)
    return list(groups.values())


def _reference(row: Document) -> str:
    """`Type/id` of a current or superseded version."""
    return str(row.get("reference", row["_id"]))


def _place(row: Document) -> Place:
    return milliseconds(row["updated"]), _reference(row), row["version"]


def _rank(row: Document) -> Place:
    updated, reference, version = _place(row)
    return -updated, reference, -version


def _placed(stored: Stored, row: Document) -> Stored:
    return stored.at(_place(row))


def _beyond(place: Place, reference: str) -> Filter:
    """The rows after a place; the first bound alone serves the index."""
    updated, last, version = datetime.fromtimestamp(place[0] / 1000, UTC), place[1], place[2]
    alternatives: list[Filter] = [
        {"updated": {"$lt": updated}},
        {"updated": updated, reference: {"$gt": last}},
        {"updated": updated, reference: last, "version": {"$lt": version}},
    ]
    return {"updated": {"$lte": updated}, "$or": alternatives}
