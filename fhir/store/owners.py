"""Owners: whose resources a filter finds, before anybody is shown anything of them."""

from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.store.constraint import MANY
from fhir.store.database import Store

Filter = dict[str, Any]


async def owners(store: Store, filter: Filter) -> frozenset[str]:
    """The owners of the current resources that match `filter`; a Refusal where they are too many."""
    pipeline: list[Filter] = [{"$match": filter}, {"$group": {"_id": "$owner"}}, {"$limit": MANY + 1}]
    rows = [row["_id"] async for row in await store.database["resources"].aggregate(pipeline)]
    if len(rows) > MANY:
        raise Refusal(Fault.TOO_COSTLY, f"this spans more than {MANY} residents")
    return frozenset(rows)
