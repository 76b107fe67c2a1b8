"""Difference: what of a file one reader sees and another does not, the newest first.

Each side is read under its own decision, so that nothing is found which both were not asked about.
"""

from collections.abc import Collection, Sequence

from fhir.interactions.context import Context
from fhir.operations.compartment import Filter, Part, permitted, visible
from fhir.store import EVERYONE, Stored

_NOTHING: Filter = {"_id": {"$in": []}}
_ORDER = (("sort.date", True), ("updated", True))


async def difference(
    seeing: Sequence[Context], other: Context, types: Collection[str], owners: Collection[str], limit: int
) -> list[Stored]:
    """At most `limit` resources of `types` that belong to `owners`, that all of `seeing` may read and `other`
    may not."""
    shown = [await _open(each, types, owners) for each in seeing]
    hidden: Filter = {"$nor": [await _open(other, types, owners)]}
    # The filter holds the constraints of everyone who sees.
    return await other.store.resources.search({"$and": [*shown, hidden]}, EVERYONE, order=_ORDER, limit=limit)


async def _open(context: Context, types: Collection[str], owners: Collection[str]) -> Filter:
    """The filter of what a reader may read of it."""
    parts = [
        await visible(context, Part({"tokens": {"$in": listed}}, frozenset(owners)), constraint)
        for constraint, listed in await permitted(context, sorted(types))
    ]
    return {"$or": parts} if parts else _NOTHING
