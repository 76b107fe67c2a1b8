"""Upgrade: what a database of an earlier version lacks is added once, when it is opened.

Each step may be interrupted and taken again, and other processes may write meanwhile.
"""

from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from fhir import directory
from fhir.outcome import Refusal
from fhir.sensitivity import version
from fhir.store import blocks
from fhir.store.document import indexed, read_all
from fhir.store.person_numbers import QUEUE
from fhir.store.reindex import reindex
from fhir.store.vault import Vault

Document = dict[str, Any]
_UNTIL = "versions.until"
_INDEX = "names-simplified"
"""Changed with the way in which rows are indexed, so that all are indexed anew."""
_FACETS = "facets"
_SCOPE = "facets.scope"
_DIRECTORY = f"directory {directory.VERSION}"
_BLOCKS = f"blocks {blocks.VERSION}"
_SENSITIVITY = "sensitivity"
_BATCH = 1000


async def upgrade(database: AsyncDatabase[Document], vault: Vault) -> None:
    """Take the steps that `upgrades` does not name yet."""
    if await database["upgrades"].find_one({"_id": _UNTIL}) is None:
        await _date(database)
        await _drop_former_indexes(database)
        await database["upgrades"].replace_one({"_id": _UNTIL}, {}, upsert=True)
    if await database["upgrades"].find_one({"_id": _FACETS}) is None:
        for name in ("resources", "versions"):
            await _judge(database, name, vault, {"facets": {"$exists": False}})
        await database["upgrades"].replace_one({"_id": _FACETS}, {}, upsert=True)
    if await database["upgrades"].find_one({"_id": _SCOPE}) is None:
        for name in ("resources", "versions"):
            await _judge(database, name, vault, {"type": "Consent"})
        await database["upgrades"].replace_one({"_id": _SCOPE}, {}, upsert=True)


async def list_professionals(database: AsyncDatabase[Document], vault: Vault) -> None:
    """Index professionals by what the directory shows of them; until then who is shown no more finds none.

    The site's own search parameters have been read.
    """
    if await database["upgrades"].find_one({"_id": _DIRECTORY}) is not None:
        return
    for type in sorted(directory.TYPES):
        await _reindex(database, vault, type)
    await database["upgrades"].replace_one({"_id": _DIRECTORY}, {}, upsert=True)


async def link_anew(database: AsyncDatabase[Document], vault: Vault) -> None:
    """Patients get the tokens by which they are compared, and wait for record linkage, each once."""
    if await database["upgrades"].find_one({"_id": _BLOCKS}) is not None:
        return
    await _reindex(database, vault, "Patient")
    every = {"$match": {"type": "Patient", "deleted": False}}
    queued = {"$merge": {"into": QUEUE, "whenMatched": "keepExisting"}}
    await (await database["resources"].aggregate([every, {"$project": {"at": "$$NOW"}}, queued])).to_list()
    await database["upgrades"].replace_one({"_id": _BLOCKS}, {}, upsert=True)


async def _reindex(database: AsyncDatabase[Document], vault: Vault, type: str) -> None:
    after: str | None = ""
    while after is not None:
        after = (await reindex(database, vault, after=after, batch=_BATCH, types=[type])).after


def rules() -> str:
    """The rules by which rows are judged and indexed: what is sensitive, how names are folded."""
    return f"{version()} {_INDEX}"


async def rules_changed(database: AsyncDatabase[Document]) -> bool:
    """Do other rules hold than those by which all of this database was judged and indexed last?"""
    before = await database["upgrades"].find_one({"_id": _SENSITIVITY})
    if before is None:
        await rules_kept(database, rules())
    return before is not None and before["version"] != rules()


async def rules_kept(database: AsyncDatabase[Document], kept: str) -> None:
    """All of this database has been judged and indexed by these rules."""
    await database["upgrades"].update_one({"_id": _SENSITIVITY}, {"$set": {"version": kept}}, upsert=True)


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


async def _judge(database: AsyncDatabase[Document], name: str, vault: Vault, which: Document) -> None:
    """Rows learn what an access decision may ask of them; until then no rule lets them through."""
    last = ""
    while True:
        filter = {"_id": {"$gt": last}, "deleted": False} | which
        rows = await database[name].find(filter).sort("_id", ASCENDING).limit(_BATCH).to_list()
        if not rows:
            return
        last = rows[-1]["_id"]
        changes = [change for row in rows for change in await _judged(row, vault)]
        if changes:
            await database[name].bulk_write(changes, ordered=False)


async def _judged(row: Document, vault: Vault) -> list[UpdateOne]:
    (stored,) = await read_all([row], vault)
    if stored.deleted:
        return []
    try:
        _, found = indexed(stored.resource(), vault.keyed)
    except Refusal:
        return []
    change = {name: found[name] for name in ("facets", "sort")}
    where = {"_id": row["_id"], "version": row["version"]}
    return [UpdateOne(where, {"$set": change, "$unset": {"labels": ""}})]
