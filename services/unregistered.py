"""Unregistered sources: senders that are accepted without being registered, as many as there is room for.

Collection `unregistered_sources`, one document: to look for room and to take it are one step, for all
processes together. A source that is registered later gives its place back.
"""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

Database = AsyncDatabase[dict[str, Any]]
LONGEST = 227
"""As long as a namespace id (HD.1) may be."""
_ALL = "all"


async def codes(database: Database) -> frozenset[str]:
    """The unregistered sources that were accepted."""
    row = await database["unregistered_sources"].find_one({"_id": _ALL})
    return frozenset(row["codes"] if row else ())


async def admit(database: Database, code: str, limit: int) -> bool:
    """Give `code` a place among the unregistered sources; False where all `limit` places are taken."""
    if len(code) > LONGEST or limit < 1:
        return False
    room = {"_id": _ALL, "codes": {"$ne": code}, f"codes.{limit - 1}": {"$exists": False}}
    try:
        await database["unregistered_sources"].update_one(room, {"$push": {"codes": code}}, upsert=True)
    except DuplicateKeyError:
        return code in await codes(database)
    return True


async def leave(database: Database, code: str) -> None:
    """Give the place of `code` back."""
    await database["unregistered_sources"].update_one({"_id": _ALL}, {"$pull": {"codes": code}})
