"""Rotation of the master key: every data key is wrapped anew; nothing that it sealed changes.

NIST SP 800-57 part 1, 5.3.5. It runs beside the platform; interrupted, it goes on when it is called again.
"""

from collections.abc import AsyncIterator
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from fhir.store.key_ring import KeyRing

_AT_ONCE = 1_000


async def rewrap(keys: AsyncCollection[dict[str, Any]], ring: KeyRing) -> AsyncIterator[int]:
    """Wrap under the ring's present key what is wrapped under others; gives how many after each batch.

    LostKeyError where a key of the ring is missing: nothing of that batch is changed.
    """
    batch: list[UpdateOne] = []
    async for row in keys.find(_others(ring)).sort("_id", ASCENDING):
        new = ring.wrap(row["_id"], ring.unwrap(row["_id"], row))
        # One that was destroyed meanwhile stays destroyed: an update makes no row.
        batch.append(UpdateOne({"_id": row["_id"], "wrapped": row["wrapped"]}, {"$set": new}))
        if len(batch) == _AT_ONCE:
            yield (await keys.bulk_write(batch, ordered=False)).modified_count
            batch = []
    if batch:
        yield (await keys.bulk_write(batch, ordered=False)).modified_count


async def under(keys: AsyncCollection[dict[str, Any]]) -> dict[str, int]:
    """How many data keys lie under which master key, by its id (`?`: from before they were noted)."""
    groups = await keys.aggregate([{"$group": {"_id": "$under", "count": {"$sum": 1}}}])
    return {row["_id"] or "?": row["count"] async for row in groups}


async def left(keys: AsyncCollection[dict[str, Any]], ring: KeyRing) -> bool:
    """Does anything lie under another master key than the ring's present one?"""
    return await keys.find_one(_others(ring)) is not None


def _others(ring: KeyRing) -> dict[str, Any]:
    return {"$or": [{"under": {"$ne": ring.current}}, {"cipher": {"$ne": ring.suite.value}}]}
