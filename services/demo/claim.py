"""Claim: whose database this is, and which region belongs into it.

Collection `demonstration`, row `region`. A database that holds anything else is refused before a message is
sent; one that was claimed keeps its seed and its last day, whenever the platform is started again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.asynchronous.database import AsyncDatabase

from services.failure import Failure

SEED = 510100
COLLECTION = "demonstration"

_REGION = "region"
_OWN = frozenset({COLLECTION, "platform", "keys", "upgrades"})
_ZONE = ZoneInfo("Asia/Shanghai")

Database = AsyncDatabase[dict[str, Any]]


@dataclass(frozen=True)
class Claim:
    """The region of this database: what it is built from, and whether it has been loaded whole."""

    seed: int
    until: date
    loaded: bool


async def claim(database: Database, *, today: date | None = None) -> Claim:
    """The claim on `database`, made now where it is empty. Failure where it holds anything else."""
    made = await claimed(database)
    if made:
        return made
    await _refuse_others(database)
    until = (today or datetime.now(_ZONE).date()) - timedelta(days=1)
    await database[COLLECTION].update_one(
        {"_id": _REGION},
        {"$setOnInsert": {"seed": SEED, "until": until.isoformat(), "loaded": False}},
        upsert=True,
    )
    made = await claimed(database)
    assert made is not None
    return made


async def claimed(database: Database) -> Claim | None:
    """The claim that was made before, if any."""
    row = await database[COLLECTION].find_one({"_id": _REGION})
    return Claim(row["seed"], date.fromisoformat(row["until"]), row["loaded"]) if row else None


async def fulfil(database: Database) -> None:
    """Note that the region has been loaded whole."""
    await database[COLLECTION].update_one({"_id": _REGION}, {"$set": {"loaded": True}})


async def _refuse_others(database: Database) -> None:
    for name in await database.list_collection_names():
        if (
            name not in _OWN
            and not name.startswith("system.")
            and await database[name].find_one({}, {"_id": True})
        ):
            raise Failure(
                "The demonstration is loaded into an empty database only, and this one holds other data. "
                "Name another folder with --data."
            )
