"""The past without a snapshot: what a search found at a moment of which MongoDB keeps none any more.

FHIR R4 3.1.1.5.2 (search.html#count). A mongod that was restarted reads nothing as it was before. But the
store itself keeps every version and the instant at which it was superseded: what was current then is what has
not changed since, and the superseded versions of what has.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from fhir.access import Constraint
from fhir.definitions.structures import resource_types
from fhir.outcome import Fault, Refusal
from fhir.store.constraint import Filter, narrow, visible_among
from fhir.store.directory import asked
from fhir.store.document import SENT, Document, indexed, read_all
from fhir.store.keyset import Order, beyond, ordered, sorting
from fhir.store.vault import Vault

MOST_CHANGED = 5_000


async def search_past(
    database: AsyncDatabase[Document],
    vault: Vault,
    filter: Filter,
    constraint: Constraint,
    moment: datetime,
    *,
    order: Order,
    limit: int,
    after: Sequence[Any] | None,
) -> list[Document]:
    """At most `limit` rows in `order` after a place, as they were at `moment`."""
    if not constraint.unrestricted:  # else the filter holds each type's constraint already
        filter = asked(filter, constraint)
    further = {} if after is None else beyond(order, after)
    unchanged = {"$and": [filter, further, {"updated": {"$lte": moment}}]}
    narrowed = await narrow(database["resources"], unchanged, constraint)
    cursor = database["resources"].find(narrowed, SENT).sort(sorting(order)).limit(limit)
    rows = await cursor.to_list()
    rows += await _matching(database, await _changed(database, vault, constraint, moment), filter, further)
    return ordered(rows, order)[:limit]


async def _changed(
    database: AsyncDatabase[Document], vault: Vault, constraint: Constraint, moment: datetime
) -> list[Document]:
    """Rows as they were, with their index, of all visible resources that have changed since."""
    since = {"type": {"$in": sorted(resource_types)}, "updated": {"$gt": moment}, "version": {"$gt": 1}}
    changed = await database["resources"].find(since, {"_id": True}).limit(MOST_CHANGED + 1).to_list()
    if len(changed) > MOST_CHANGED:
        raise Refusal(Fault.EXPIRED, "the page link has expired: search again")
    then: Filter = {
        "reference": {"$in": [row["_id"] for row in changed]},
        "updated": {"$lte": moment},
        "until": {"$gt": moment},
        "deleted": False,
    }
    rows = await database["versions"].find(then).to_list()
    read = [await _row(row, vault) for row in await visible_among(rows, constraint)]
    return [row for row in read if row is not None]


async def _row(version: Document, vault: Vault) -> Document | None:
    """The row as it was; None where its key was destroyed since."""
    (stored,) = await read_all([version], vault)
    if stored.deleted:
        return None
    _, fields = indexed(stored.resource(), vault.keyed)
    return version | fields | {"_id": version["reference"]}


async def _matching(
    database: AsyncDatabase[Document], rows: list[Document], filter: Filter, further: Filter
) -> list[Document]:
    """Those of `rows` that match, as the database itself judges."""
    if not rows:
        return []
    asked = [{name: value for name, value in row.items() if name != "body"} for row in rows]
    pipeline: list[Filter] = [
        {"$documents": asked},
        {"$match": {"$and": [filter, further]}},
        {"$project": {"_id": True}},
    ]
    found = {row["_id"] async for row in await database.aggregate(pipeline)}
    return [row for row in rows if row["_id"] in found]
