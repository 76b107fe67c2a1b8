"""Turns: work that one of several processes does every few minutes, by the clock of the database."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


async def my_turn(database: AsyncDatabase[dict[str, Any]], name: str, period: timedelta) -> bool:
    """Is the work `name` due, and is it this process that does it now? It is due again after `period`."""
    rows, id = database["platform"], f"turn {name}"
    due: dict[str, Any] = {"_id": id, "$expr": {"$lte": ["$next", "$$NOW"]}}
    later = [{"$set": {"next": {"$add": ["$$NOW", int(period.total_seconds() * 1000)]}}}]
    if (await rows.update_one(due, later)).matched_count:
        return True
    with contextlib.suppress(DuplicateKeyError):
        await rows.insert_one({"_id": id, "next": _BEGINNING})
        return (await rows.update_one(due, later)).matched_count == 1
    return False
