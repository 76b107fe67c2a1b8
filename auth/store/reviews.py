"""Store of reviews: findings about looks that a privacy officer judges, and the list of guarded Patients.

Collections `reviews` and `guarded`. A note is sealed, since it may name people.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING

from auth import moment
from auth.store.database import Database, Row, collection

_MOST_PATIENTS = 50


@dataclass(frozen=True, slots=True)
class Review:
    """One finding; `record` is the newest audit record of it, which tells who looked."""

    id: str
    sign: str
    strong: bool
    agent: str
    record: str
    patients: tuple[str, ...]
    count: int
    first: datetime
    last: datetime
    reviewed: datetime | None = None
    by: str | None = None
    note: bytes | None = None


def name(sign: str, agent: str, at: datetime) -> str:
    """The id of what one person did in one hour."""
    return hashlib.sha256(f"{sign} {agent} {at:%Y%m%d%H}".encode()).hexdigest()[:24]


async def found(
    database: Database, sign: str, agent: str, record: str, patients: Sequence[str], count: int, strong: bool
) -> str | None:
    """Keep a finding; its id where it is new or has become strong, None where it was known so before."""
    now, rows = moment.now(), collection(database, "reviews")
    id = name(sign, agent, now)
    before = await rows.find_one_and_update(
        {"_id": id},
        {
            "$set": {"record": record, "patients": list(patients[:_MOST_PATIENTS]), "last": now},
            "$max": {"count": count, "strong": strong},
            "$setOnInsert": {"sign": sign, "agent": agent, "first": now, "reviewed": None},
        },
        upsert=True,
    )
    return id if before is None or (strong and not before["strong"]) else None


async def newest(database: Database, limit: int = 100) -> list[Review]:
    """Those that wait first, the strong ones of them before the others; then the newest."""
    rows = collection(database, "reviews")
    order = [("strong", DESCENDING), ("last", DESCENDING)]
    waiting = await rows.find({"reviewed": None}).sort(order).limit(limit).to_list()
    done = await rows.find({"reviewed": {"$ne": None}}).sort("reviewed", DESCENDING).limit(limit).to_list()
    return [_review(row) for row in [*waiting, *done][:limit]]


async def settle(database: Database, id: str, by: str, note: bytes) -> Review | None:
    """Mark a finding as reviewed; None where there is none that waits."""
    change = {"$set": {"reviewed": moment.now(), "by": by, "note": note}}
    row = await collection(database, "reviews").find_one_and_update(
        {"_id": id, "reviewed": None}, change, return_document=True
    )
    return _review(row) if row else None


async def guard(database: Database, patient: str, by: str) -> None:
    """Any look at this Patient's file becomes a finding from now on."""
    row = {"$setOnInsert": {"by": by, "since": moment.now()}}
    await collection(database, "guarded").update_one({"_id": patient}, row, upsert=True)


async def unguard(database: Database, patient: str) -> None:
    """It does not any more."""
    await collection(database, "guarded").delete_one({"_id": patient})


async def guarded(database: Database) -> list[str]:
    """The guarded Patients."""
    return [row["_id"] async for row in collection(database, "guarded").find().sort("_id", ASCENDING)]


def _review(row: Row) -> Review:
    note = row.get("note")
    return Review(
        id=row["_id"],
        sign=row["sign"],
        strong=row["strong"],
        agent=row["agent"],
        record=row["record"],
        patients=tuple(row["patients"]),
        count=row["count"],
        first=row["first"],
        last=row["last"],
        reviewed=row["reviewed"],
        by=row.get("by"),
        note=None if note is None else bytes(note),
    )


async def ensure_indexes(database: Database) -> None:
    """By what waits and by time."""
    await collection(database, "reviews").create_index(
        [("reviewed", ASCENDING), ("strong", DESCENDING), ("last", DESCENDING)]
    )
