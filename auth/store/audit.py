"""Audit store: append-only records and the heads of their chains.

Collections `audit` and `audit_chains`. This module has no function that changes or removes a record.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, WriteConcern

from auth.store.database import Database, Row, collection

_NEWEST_FIRST = [("moment", DESCENDING), ("_id", DESCENDING)]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored of a record: its index and its sealed body."""

    id: str
    moment: datetime
    patients: tuple[str, ...]
    body: bytes
    by: tuple[str, ...] = ()
    """Keyed hashes of what names who did it (`auth.audit.record.Agent.names`)."""
    view: tuple[str, ...] = ()
    """Hashes of what a resident may see of it (`auth.audit.view`)."""


@dataclass(frozen=True, slots=True)
class ChainedRow:
    """An entry at its place in a chain."""

    entry: Entry
    chain: str
    seq: int
    prev: str
    hash: str
    prev_sm3: str | None = None
    sm3: str | None = None
    """The same in SM3; None in a chain that was begun before it was added."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come; `seal` is the same under the vault's key."""

    chain: str
    length: int
    hash: str
    seal: bytes
    sm3: str | None = None


async def append(database: Database, rows: Iterable[ChainedRow]) -> None:
    """Store `rows` in their order; on return they are on the disks of a majority.

    After an error a beginning of them may be stored, but nothing with a gap.
    """
    await collection(database, "audit").insert_many([_document(row) for row in rows], ordered=True)


async def set_head(database: Database, head: Head) -> None:
    """Note how far a chain has come; never backwards. It may lag, so it need not wait for a disk."""
    heads = collection(database, "audit_chains").with_options(write_concern=WriteConcern(w=1))
    await heads.update_one(
        {"_id": head.chain},
        [
            {
                "$replaceWith": {
                    "$cond": [
                        {"$gte": [{"$ifNull": ["$length", 0]}, head.length]},
                        "$$ROOT",
                        {"_id": head.chain, "length": head.length, "hash": head.hash, "seal": head.seal}
                        | ({"sm3": head.sm3} if head.sm3 is not None else {}),
                    ]
                }
            }
        ],
        upsert=True,
    )


async def heads(database: Database) -> list[Head]:
    """The heads of all chains."""
    rows = await collection(database, "audit_chains").find().to_list()
    return [Head(row["_id"], row["length"], row["hash"], row["seal"], row.get("sm3")) for row in rows]


async def chained(database: Database) -> AsyncIterator[ChainedRow]:
    """Every record, chain by chain in the order of the count."""
    async for row in collection(database, "audit").find().sort([("chain", ASCENDING), ("seq", ASCENDING)]):
        yield row_of(row)


async def by_hash(database: Database, chain: str, hash: str) -> ChainedRow | None:
    """The record of a chain with this hash (slow; for the search after a fault)."""
    row = await collection(database, "audit").find_one({"chain": chain, "hash": hash})
    return row_of(row) if row else None


async def find(database: Database, id: str) -> Entry | None:
    """One record."""
    row = await collection(database, "audit").find_one({"_id": id})
    return row_of(row).entry if row else None


async def search(
    database: Database,
    patients: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
    after: Entry | None,
    limit: int,
    by: Sequence[str] | None = None,
) -> list[Entry]:
    """Records of any of `patients` (None: all) with since <= moment < until, newest first, from `after` on.

    `after` itself is the first of the answer, because a reader may have seen only a part of its events. With
    `by` those of whoever has one of these keys, and those older than such keys: the caller looks at them.
    """
    filter = _filter(patients, since, until, by)
    if after is not None:
        older: Row = {"moment": {"$lt": after.moment}}
        same: Row = {"moment": after.moment, "_id": {"$lte": after.id}}
        filter = {"$and": [filter, {"$or": [older, same]}]}
    cursor = collection(database, "audit").find(filter).sort(_NEWEST_FIRST).limit(limit)
    return [row_of(row).entry async for row in cursor]


async def search_each(
    database: Database,
    asked: Sequence[tuple[Sequence[str] | None, datetime | None, datetime | None, Sequence[str] | None]],
    limit: int,
) -> list[list[Entry]]:
    """For each of `asked` (patients, since, until, by) what `search` finds first, all by one command."""
    found: list[list[Entry]] = [[] for _ in asked]
    branches: list[list[Row]] = [
        [
            {"$match": _filter(*each)},
            {"$sort": dict(_NEWEST_FIRST)},
            {"$limit": limit},
            {"$set": {"of": place}},
        ]
        for place, each in enumerate(asked)
    ]
    if branches:
        others: list[Row] = [{"$unionWith": {"coll": "audit", "pipeline": each}} for each in branches[1:]]
        async for row in await collection(database, "audit").aggregate([*branches[0], *others]):
            found[row["of"]].append(row_of(row).entry)
    return found


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looked: the key of his account, and a record for the key of each hat that he wore."""

    by: str
    records: Mapping[str | None, str]


async def lookers(
    database: Database, since: datetime, fewest: int, guarded: Sequence[str]
) -> AsyncIterator[Looker]:
    """Who looked at one of `guarded` since a moment, then who did at `fewest` Patients or more, most first.

    MongoDB counts; however many records an hour has, one row for each of them leaves it.
    """
    hat = {"by": {"$arrayElemAt": ["$by", 0]}, "hat": {"$arrayElemAt": ["$by", 1]}}
    pipeline: list[Row] = [
        {"$match": {"moment": {"$gte": since}, "by.0": {"$exists": True}, "patients.0": {"$exists": True}}},
        {"$project": {"who": hat, "patients": True}},
        {"$unwind": "$patients"},
        {"$group": {"_id": {"who": "$who", "patient": "$patients"}, "record": {"$max": "$_id"}}},
        {
            "$group": {
                "_id": "$_id.who",
                "record": {"$max": "$record"},
                "patients": {"$sum": 1},
                "guarded": {"$max": {"$in": ["$_id.patient", list(guarded)]}},
            }
        },
        {
            "$group": {
                "_id": "$_id.by",
                "hats": {"$push": {"hat": "$_id.hat", "record": "$record"}},
                "patients": {"$sum": "$patients"},
                "guarded": {"$max": "$guarded"},
            }
        },
        {"$match": {"$or": [{"patients": {"$gte": fewest}}, {"guarded": True}]}},
        {"$sort": {"guarded": -1, "patients": -1, "_id": 1}},
    ]
    async for row in await collection(database, "audit").aggregate(pipeline, allowDiskUse=True):
        yield Looker(row["_id"], {each.get("hat"): each["record"] for each in row["hats"]})


async def looks(
    database: Database, by: str, hats: Iterable[str | None], since: datetime, limit: int
) -> list[Entry]:
    """The newest records of an account under these hats that are about Patients, in the order of time."""
    filter: Row = {"by": by, "by.0": by, "by.1": {"$in": list(hats)}}
    filter |= {"moment": {"$gte": since}, "patients.0": {"$exists": True}}
    rows = collection(database, "audit").find(filter).sort(_NEWEST_FIRST).limit(limit)
    return [row_of(row).entry for row in reversed(await rows.to_list())]


async def count(
    database: Database, patients: Sequence[str] | None, since: datetime | None, until: datetime | None
) -> int:
    """How many events (one per record and patient, one for a record without any) `search` would unfold to."""
    of_these = "$patients" if patients is None else {"$setIntersection": ["$patients", list(patients)]}
    pipeline: list[Row] = [
        {"$match": _filter(patients, since, until)},
        {"$group": {"_id": None, "events": {"$sum": {"$max": [1, {"$size": of_these}]}}}},
    ]
    rows = await (await collection(database, "audit").aggregate(pipeline)).to_list()
    return int(rows[0]["events"]) if rows else 0


def _filter(
    patients: Sequence[str] | None,
    since: datetime | None,
    until: datetime | None,
    by: Sequence[str] | None = None,
) -> Row:
    bounds = {name: moment for name, moment in (("$gte", since), ("$lt", until)) if moment is not None}
    filter: Row = {"patients": {"$in": list(patients)}} if patients is not None else {}
    if bounds:
        filter["moment"] = bounds
    if by is not None:
        filter["by"] = {"$in": [*by, None]}
    return filter


def _document(row: ChainedRow) -> Row:
    place = {"chain": row.chain, "seq": row.seq, "prev": row.prev, "hash": row.hash}
    entry = row.entry
    index = {"_id": entry.id, "moment": entry.moment, "patients": list(entry.patients)}
    if row.sm3 is not None:
        place |= {"prev_sm3": row.prev_sm3, "sm3": row.sm3}
        index |= {"by": list(entry.by), "view": list(entry.view)}
    return index | place | {"body": entry.body}


def row_of(row: Row) -> ChainedRow:
    """A document of the collection as it was appended."""
    by, view = tuple(row.get("by", ())), tuple(row.get("view", ()))
    entry = Entry(row["_id"], row["moment"], tuple(row["patients"]), bytes(row["body"]), by, view)
    hashes = row["prev"], row["hash"], row.get("prev_sm3"), row.get("sm3")
    return ChainedRow(entry, row["chain"], row["seq"], *hashes)


async def ensure_indexes(database: Database) -> None:
    """By patient and time, by time, and the place in a chain, which exists once."""
    await collection(database, "audit").create_indexes(
        [
            IndexModel([("patients", ASCENDING), *_NEWEST_FIRST]),
            IndexModel([("by", ASCENDING), *_NEWEST_FIRST]),
            IndexModel(_NEWEST_FIRST),
            IndexModel([("chain", ASCENDING), ("seq", ASCENDING)], unique=True),
        ]
    )
