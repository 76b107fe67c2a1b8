"""Upgrade: what a database of an earlier version lacks is added once, when it is opened.

Each step may be interrupted and taken again, and other processes may write meanwhile.
"""

from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

Document = dict[str, Any]
_UNTIL = "versions.until"
_BATCH = 1000


async def upgrade(database: AsyncDatabase[Document]) -> None:
    """Take the steps that `upgrades` does not name yet."""
    if await database["upgrades"].find_one({"_id": _UNTIL}) is None:
        await _date(database)
        await _drop_former_indexes(database)
        await database["upgrades"].replace_one({"_id": _UNTIL}, {}, upsert=True)


async def _drop_former_indexes(database: AsyncDatabase[Document]) -> None:
    """Indexes that nothing reads any more; they stay where Furong's account may drop nothing."""
    for collection in ("resources", "versions"):
        if "type_updated" in await database[collection].index_information():
            try:
                await database[collection].drop_index("type_updated")
            except OperationFailure:
                return


async def _date(database: AsyncDatabase[Document]) -> None:
    """Superseded versions learn when they were superseded: at the instant of the version after them."""
    collections = (("versions", "reference"), ("resources", "_id"))
    last = ""
    while rows := await _undated(database, last):
        last = rows[-1]["_id"]
        instants: dict[tuple[str, int], Any] = {}
        references = list({row["reference"] for row in rows})
        for name, reference in collections:
            async for row in database[name].find(
                {reference: {"$in": references}}, {reference: True, "version": True, "updated": True}
            ):
                instants[row[reference], row["version"]] = row["updated"]
        changes = [UpdateOne({"_id": row["_id"]}, {"$set": {"until": _next(row, instants)}}) for row in rows]
        await database["versions"].bulk_write(changes, ordered=False)


async def _undated(database: AsyncDatabase[Document], last: str) -> list[Document]:
    cursor = database["versions"].find({"_id": {"$gt": last}, "until": None})
    return await cursor.sort("_id", ASCENDING).limit(_BATCH).to_list()


def _next(row: Document, instants: dict[tuple[str, int], Any]) -> Any:
    return instants.get((row["reference"], row["version"] + 1), row["updated"])
