"""Once: what a resource was in any of its versions, superseded and deleted ones included.

FHIR R4 3.1.0.10 (http.html#history). Each version's row keeps what an access decision may ask of it.
"""

from collections.abc import Iterable
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from fhir.access import Filter


async def once(
    database: AsyncDatabase[dict[str, Any]], references: Iterable[str], filter: Filter
) -> frozenset[str]:
    """Those of `references` (`Type/id`) of which some version meets `filter`."""
    wanted: Filter = {"$in": sorted(references)}
    now = await database["resources"].distinct("_id", {"$and": [{"_id": wanted}, filter]})
    before = await database["versions"].distinct("reference", {"$and": [{"reference": wanted}, filter]})
    return frozenset([*now, *before])
