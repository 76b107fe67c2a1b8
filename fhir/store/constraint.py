"""Constraint: which resources a query may return, joined into the query itself.

The smaller side is named: the owners whom the query names itself, else all visible ones if they are few,
else those whose resources the query would return, asked for one by one. Where all are many, the query is
refused; nothing is cut silently.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from fhir.access import Constraint, Directory, Filter
from fhir.outcome import Fault, Refusal
from fhir.store.directory import asked
from fhir.store.in_memory import held

__all__ = [
    "EVERYONE",
    "MANY",
    "Everyone",
    "Filter",
    "Narrowed",
    "limited",
    "narrow",
    "visible",
    "visible_among",
]

MANY = 10_000
Row = TypeVar("Row", bound=Mapping[str, Any])
_JUDGED: Filter = {"facets": {"$exists": True}}
"""What an older Furong wrote is hidden from whom a rule narrows, until the upgrade has looked at it."""


class Everyone:
    """No restriction: for the platform's own work and for whoever may see the whole region."""

    unrestricted = True
    anyone = True
    directory: Directory | None = None

    async def every(self, limit: int) -> frozenset[str] | None:
        """There are always more than `limit`."""
        return None

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """All of them."""
        return frozenset(owners)

    async def within(self, owners: Collection[str] | None) -> Filter | None:
        """Nothing."""
        return None


EVERYONE: Constraint = Everyone()


class Narrowed(Everyone):
    """Everyone, within a filter that holds `constraints` already; of a professional what they show."""

    def __init__(self, constraints: Iterable[Constraint]) -> None:
        self.directory = next((each.directory for each in constraints if each.directory is not None), None)


async def narrow(
    collection: AsyncCollection[Filter],
    filter: Filter,
    constraint: Constraint,
    session: AsyncClientSession | None = None,
) -> Filter:
    """`filter` and the constraint as one MongoDB filter."""
    if constraint.unrestricted:
        return filter
    filter = asked(filter, constraint)
    if constraint.anyone:
        return await limited(filter, constraint, None)
    named = _named(filter)
    if named is not None and len(named) <= MANY:
        seen = await constraint.among(named)
    else:
        every = await constraint.every(MANY)
        seen = await constraint.among(await _owners(collection, filter, session)) if every is None else every
    owned = filter if seen == named else {"$and": [filter, {"owner": {"$in": sorted(seen)}}]}
    return await limited(owned, constraint, seen)


async def limited(filter: Filter, constraint: Constraint, owners: Collection[str] | None) -> Filter:
    """`filter`, which finds what belongs to these visible owners, and which of it the reader may see."""
    within = await constraint.within(owners)
    return filter if within is None else {"$and": [filter, _JUDGED, within]}


async def visible(row: Mapping[str, Any], constraint: Constraint) -> bool:
    """May the reader see this row?"""
    return bool(await visible_among([row], constraint))


async def visible_among(rows: Sequence[Row], constraint: Constraint) -> list[Row]:
    """Those of `rows`, current or superseded, that the reader may see."""
    if constraint.unrestricted or not rows:
        return list(rows)
    seen = await constraint.among({row["owner"] for row in rows})
    within = await constraint.within(seen)
    owned = [row for row in rows if row["owner"] in seen]
    return owned if within is None else [row for row in owned if "facets" in row and held(within, row)]


def _named(filter: Filter) -> frozenset[str] | None:
    """The owners that a filter names, where it finds nothing of anybody else."""
    found = [named for part in filter.get("$and", ()) if (named := _named(part)) is not None]
    owner = filter.get("owner")
    if isinstance(owner, str):
        found.append(frozenset([owner]))
    elif isinstance(owner, Mapping) and owner.keys() == {"$in"}:
        found.append(frozenset(owner["$in"]))
    return frozenset.intersection(*found) if found else None


async def _owners(
    collection: AsyncCollection[Filter], filter: Filter, session: AsyncClientSession | None
) -> list[str]:
    pipeline: list[Filter] = [{"$match": filter}, {"$group": {"_id": "$owner"}}, {"$limit": MANY + 1}]
    owners = [row["_id"] async for row in await collection.aggregate(pipeline, session=session)]
    if len(owners) > MANY:
        raise Refusal(Fault.TOO_COSTLY, f"the search spans more than {MANY} residents: name a patient")
    return owners
