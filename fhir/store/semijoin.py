"""Semi-join: what a query of one type needs to know of another one, as a bounded list.

docs/adr/0005-constraint-as-semi-join.md. Each look-up carries the constraint of its own type. Nothing is cut:
beyond the bounds, or after the time for it, the search is refused.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from pymongo.errors import ExecutionTimeout

from fhir.access import Constraint
from fhir.outcome import Fault, Refusal
from fhir.store.constraint import Filter, narrow
from fhir.store.database import Store
from fhir.store.directory import place, shown_all
from fhir.store.document import read_all
from fhir.store.snapshot import Snapshot

MOST = 50_000
LONGEST = 4_000_000
"""Characters of all references together: with their keys they make one filter of at most 16 MB."""
MOST_CONFIRMED = 5_000
TIME = 20_000
"""Milliseconds."""
_BEYOND_ALL = "\U0010ffff"
Part = tuple[Filter, Constraint]


async def narrowed(store: Store, parts: Sequence[Part], snapshot: Snapshot | None = None) -> Filter:
    """Any of `parts`, each within its constraint, as one filter."""
    session = None if snapshot is None else snapshot.session
    collection = store.database["resources"]
    filters = [await narrow(collection, filter, constraint, session) for filter, constraint in parts]
    return filters[0] if len(filters) == 1 else {"$or": filters}


async def references(store: Store, filter: Filter, constraint: Constraint) -> list[str]:
    """The visible resources that match, as `Type/id`."""
    collection = store.database["resources"]
    wanted = await narrow(collection, filter, constraint)
    rows = collection.find(wanted, {"_id": True}).limit(MOST + 1).max_time_ms(TIME)
    shipped = await store.resources.shelf.found(filter, constraint)
    return [*await _bounded(rows), *(row["_id"] for row in shipped)]


async def referred(store: Store, filter: Filter, constraint: Constraint, key: str) -> list[str]:
    """What follows `key|` in the tokens of the visible resources that match, each once."""
    collection = store.database["resources"]
    start = f"{key}|"
    begins: Filter = {"$and": [{"$gt": ["$$each", start]}, {"$lt": ["$$each", start + _BEYOND_ALL]}]}
    tokens = f"${place('tokens', constraint)}"
    pipeline: list[Filter] = [
        {"$match": await narrow(collection, filter, constraint)},
        {"$project": {"found": {"$filter": {"input": tokens, "as": "each", "cond": begins}}}},
        {"$unwind": "$found"},
        {"$group": {"_id": "$found"}},
        {"$limit": MOST + 1},
    ]
    found = await _bounded(await collection.aggregate(pipeline, maxTimeMS=TIME))
    shipped = await store.resources.shelf.found(filter, constraint)
    found += [token for row in shipped for token in row["tokens"] if token.startswith(start)]
    return [each.removeprefix(start) for each in dict.fromkeys(found)]


async def confirmed(
    store: Store, filter: Filter, constraint: Constraint, test: Callable[[Any], bool]
) -> list[str]:
    """The visible resources that match and whose JSON passes `test`, as `Type/id`."""
    collection = store.database["resources"]
    wanted = await narrow(collection, filter, constraint)
    try:
        if (
            await collection.count_documents(wanted, limit=MOST_CONFIRMED + 1, maxTimeMS=TIME)
            > MOST_CONFIRMED
        ):
            raise too_costly()
        rows = (
            await collection.find(
                wanted,
                {
                    "body": True,
                    "owner": True,
                    "type": True,
                    "id": True,
                    "version": True,
                    "updated": True,
                    "deleted": True,
                },
            )
            .limit(MOST_CONFIRMED)
            .max_time_ms(TIME)
            .to_list()
        )
    except ExecutionTimeout:
        raise too_costly() from None
    shelf = store.resources.shelf
    shipped = [shelf.read(row["type"], row["id"]) for row in await shelf.found(filter, constraint)]
    stored = shown_all(await read_all(rows, store.vault), constraint)
    found = [*stored, *(each for each in shipped if each is not None)]
    return [each.reference for each in found if not each.deleted and test(each.resource())]


async def _bounded(rows: AsyncIterator[Filter]) -> list[str]:
    found: list[str] = []
    length = 0
    try:
        async for row in rows:
            found.append(row["_id"])
            length += len(row["_id"])
            if len(found) > MOST or length > LONGEST:
                raise too_costly()
    except ExecutionTimeout:
        raise too_costly() from None
    return found


def too_costly() -> Refusal:
    """What a chain looks into is too much."""
    return Refusal(
        Fault.TOO_COSTLY,
        f"the search looks into more than {MOST} other resources: narrow the chain, or name a patient",
    )
