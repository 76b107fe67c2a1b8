"""Constraint: whose resources a query may return, joined into the query itself.

The smaller side is named: all visible owners if they are few, else the owners that the query would
return, asked for one by one. Where both are many, the query is refused; nothing is cut silently.
"""

from collections.abc import Iterable
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from fhir.access import Constraint
from fhir.outcome import Fault, Refusal

Filter = dict[str, Any]
MANY = 10_000


class Everyone:
    """No restriction: for the platform's own work and for whoever may see the whole region."""

    unrestricted = True

    async def every(self, limit: int) -> frozenset[str] | None:
        """There are always more than `limit`."""
        return None

    async def among(self, owners: Iterable[str]) -> frozenset[str]:
        """All of them."""
        return frozenset(owners)


EVERYONE: Constraint = Everyone()


async def narrow(
    collection: AsyncCollection[Filter],
    filter: Filter,
    constraint: Constraint,
    session: AsyncClientSession | None = None,
) -> Filter:
    """`filter` and the constraint as one MongoDB filter."""
    if constraint.unrestricted:
        return filter
    seen = await constraint.every(MANY)
    if seen is None:
        candidates = await _owners(collection, filter, session)
        seen = await constraint.among(candidates)
    return {"$and": [filter, {"owner": {"$in": sorted(seen)}}]}


async def visible(row: Filter, constraint: Constraint) -> bool:
    """May the reader see this row?"""
    return constraint.unrestricted or row["owner"] in await constraint.among([row["owner"]])


async def _owners(
    collection: AsyncCollection[Filter], filter: Filter, session: AsyncClientSession | None
) -> list[str]:
    pipeline: list[Filter] = [{"$match": filter}, {"$group": {"_id": "$owner"}}, {"$limit": MANY + 1}]
    owners = [row["_id"] async for row in await collection.aggregate(pipeline, session=session)]
    if len(owners) > MANY:
        raise Refusal(Fault.TOO_COSTLY, f"the search spans more than {MANY} residents: name a patient")
    return owners
