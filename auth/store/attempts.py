"""Attempts to log in: counted in the database before the password is looked at.

Collection `attempts`. Counting first means that a hundred guesses sent at once are as many as a hundred sent
one after the other. What was typed is kept as a hash (people type passwords into the wrong field).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import moment, secret
from auth.store.database import Database, Row, collection

_FORGOTTEN = timedelta(hours=24)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_RACES = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """From `delay_from` failures a delay that doubles from one second; from `lock_at` on, `hold` for each."""

    name: str
    delay_from: int
    lock_at: int
    hold: timedelta


async def count(database: Database, limit: Limit, subject: str, login: str) -> datetime | None:
    """Count one attempt of `subject` as failed; None when it may be made, else when it may be made again."""
    attempts = collection(database, "attempts")
    key = secret.digest(f"{limit.name} {subject}")
    for _ in range(_RACES):
        now = moment.now()
        try:
            await attempts.update_one(
                {"_id": key, "until": {"$lte": now}}, _one_more(limit, login, now), upsert=True
            )
        except DuplicateKeyError:
            row = await attempts.find_one({"_id": key})
            until: datetime = row["until"] if row else _LONG_AGO
            if until > moment.now():
                return until
        else:
            return None
    return moment.after(moment.now(), 1)


def _one_more(limit: Limit, login: str, now: datetime) -> list[Row]:
    growing = {"$multiply": [1000, {"$pow": [2, {"$subtract": ["$failures", limit.delay_from]}]}]}
    hold = int(limit.hold.total_seconds() * 1000)
    locked = {"case": {"$gte": ["$failures", limit.lock_at]}, "then": {"$add": [now, hold]}}
    delayed = {"case": {"$gte": ["$failures", limit.delay_from]}, "then": {"$add": [now, growing]}}
    until = {"$switch": {"branches": [locked, delayed], "default": _LONG_AGO}}
    return [
        {"$set": {"failures": {"$add": [{"$ifNull": ["$failures", 0]}, 1]}}},
        {"$set": {"until": until, "forgotten": now + _FORGOTTEN, "login": secret.digest(login)}},
    ]


async def forget(database: Database, limit: Limit, subject: str) -> None:
    """The attempt was good: the failures of `subject` are forgotten."""
    await collection(database, "attempts").delete_one({"_id": secret.digest(f"{limit.name} {subject}")})


async def excuse(database: Database, limit: Limit, subject: str) -> None:
    """The attempt was good: it does not count, but the failures of others at the same place do."""
    await collection(database, "attempts").update_one(
        {"_id": secret.digest(f"{limit.name} {subject}")},
        [{"$set": {"failures": {"$subtract": ["$failures", 1]}}}],
    )


async def unlock(database: Database, login: str) -> None:
    """Forget all failures of a log-in name (the security officer's word)."""
    await collection(database, "attempts").delete_many({"login": secret.digest(login)})


async def ensure_indexes(database: Database) -> None:
    """By log-in name; forgotten a day after the last attempt."""
    await collection(database, "attempts").create_indexes(
        [
            IndexModel([("login", ASCENDING)]),
            IndexModel([("forgotten", ASCENDING)], expireAfterSeconds=0),
        ]
    )
