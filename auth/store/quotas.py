"""Quotas: how much a subject may use within a window of time, counted for all processes together.

Collection `quotas`; a row is one window of one subject and is removed when the window is over. Of a subject
only a hash is kept. What was counted in the last moment before a change of the primary may be lost.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING, ReturnDocument, UpdateOne, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from auth import moment, secret
from auth.store.database import Database, Row, collection

_DUPLICATE = 11000
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` within each `window`; windows follow each other by the clock."""

    name: str
    limit: int
    window: timedelta

    def start(self) -> datetime:
        """When the present window began."""
        return _BEGINNING + (moment.now() - _BEGINNING) // self.window * self.window

    def seconds_left(self) -> int:
        """How many seconds, at least one, until the next window begins."""
        return max(1, math.ceil((self.start() + self.window - moment.now()).total_seconds()))


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a quota by a subject: one of it, or the `items` that are new in this window."""

    quota: Quota
    subject: str
    items: tuple[str, ...] = ()


async def lease(database: Database, quota: Quota, subject: str, share: int) -> int:
    """Take up to `share` of what is left in this window; how many were granted. One command."""
    id, until = _row(quota, subject)
    more = {"$min": [quota.limit, {"$add": [{"$ifNull": ["$used", 0]}, share]}]}
    row = await _rows(database).find_one_and_update(
        {"_id": id},
        [{"$set": {"used": more, "until": until}}],
        projection={"used": 1},
        upsert=True,
        return_document=ReturnDocument.BEFORE,
    )
    before = int(row["used"]) if row else 0
    return min(quota.limit, before + share) - before


async def use(database: Database, uses: Sequence[Use]) -> Quota | None:
    """Count all `uses` with one command; the first quota that is used up, which is not counted further."""
    for _ in range(2):  # a second try, where two processes began a window at once
        full = await _full(database, uses)
        if not full:
            return None
        uses = full
    return full[0].quota


async def _full(database: Database, uses: Sequence[Use]) -> list[Use]:
    too_many = [each for each in uses if len(each.items) > each.quota.limit]
    if too_many:
        return too_many
    try:
        await _rows(database).bulk_write([_update(each) for each in uses], ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(each["code"] != _DUPLICATE for each in failed):
            raise
        return [uses[each["index"]] for each in failed]
    return []


def _update(use: Use) -> UpdateOne:
    """An upsert that fails by its key where the row is there and has no room."""
    quota, items = use.quota, use.items
    id, until = _row(quota, use.subject)
    begun: Row = {"$setOnInsert": {"until": until}}
    if not items:
        return UpdateOne(
            {"_id": id, "used": {"$lt": quota.limit}}, begun | {"$inc": {"used": 1}}, upsert=True
        )
    room = {f"items.{quota.limit - len(items)}": {"$exists": False}}
    fits = {"_id": id, "$or": [{"items": {"$all": list(items)}}, room]}
    return UpdateOne(fits, begun | {"$addToSet": {"items": {"$each": list(items)}}}, upsert=True)


def _row(quota: Quota, subject: str) -> tuple[str, datetime]:
    start = quota.start()
    return secret.digest(f"{quota.name} {subject} {start.isoformat()}"), start + 2 * quota.window


def _rows(database: Database) -> AsyncCollection[Row]:
    return collection(database, "quotas").with_options(write_concern=WriteConcern(w=1))


async def ensure_indexes(database: Database) -> None:
    """Windows that are over are removed."""
    await collection(database, "quotas").create_index([("until", ASCENDING)], expireAfterSeconds=0)
