"""How sources send, by times of the inbox: the last message, the last hour, and silence.

hl7v2.md, checklist 66. Nothing here reads what a message says; each function is one query for all sources.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.inbox import Inbox

DAYS = 7
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITS_TOO_LONG, LATE, LEFT_TOO_LONG = timedelta(minutes=1), timedelta(minutes=5), DAY
"""What waits is marked on the console after a minute, an alarm after five; a dead letter after a day."""
TOO_MANY_WAIT, TOO_MANY_DEAD = 10_000, 100


async def latest(inbox: Inbox, sources: Collection[str]) -> dict[str, datetime]:
    """When the newest message of each source came in; a source that never sent is left out."""
    rows = await inbox.collection.aggregate([
        {"$match": {"source": {"$in": sorted(sources)}}},
        {"$sort": {"source": 1, "received": -1}},
        {"$group": {"_id": "$source", "last": {"$first": "$received"}}},
    ])  # fmt: skip
    return {row["_id"]: row["last"].replace(tzinfo=UTC) async for row in rows}


async def since(inbox: Inbox, sources: Collection[str], moment: datetime) -> dict[str, int]:
    """How many messages of each source came in since `moment`."""
    rows = await inbox.collection.aggregate([
        {"$match": {"source": {"$in": sorted(sources)}, "received": {"$gte": moment}}},
        {"$group": {"_id": "$source", "count": {"$sum": 1}}},
    ])  # fmt: skip
    return {row["_id"]: row["count"] async for row in rows}


async def silent(inbox: Inbox, last: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Which sources are quiet where their own rhythm is not; `last` as `latest` tells.

    A source is silent when nothing came for an hour though something came in this hour of the day on most of
    the last seven days; or nothing for a day though something came on most days. A source newer than that has
    no rhythm yet.
    """
    seen: dict[tuple[str, str], int] = {}
    windows = [
        (kind, sorted(quiet), start, start + span)
        for kind, span in (("hour", HOUR), ("day", DAY))
        if (quiet := {source for source, moment in last.items() if moment < now - span})
        for start in (now - n * DAY - span for n in range(1, DAYS + 1))
    ]
    if not windows:
        return frozenset()
    first, *others = (list(_senders(*window)) for window in windows)
    more = [{"$unionWith": {"coll": inbox.collection.name, "pipeline": each}} for each in others]
    async for row in await inbox.collection.aggregate([*first, *more]):
        key = (row["_id"], row["kind"])
        seen[key] = seen.get(key, 0) + 1
    return frozenset(source for (source, _), days in seen.items() if 2 * days > DAYS)


def _senders(kind: str, sources: list[str], start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """Which of some sources sent anything between two moments."""
    yield {"$match": {"source": {"$in": sources}, "received": {"$gte": start, "$lt": end}}}
    yield {"$group": {"_id": "$source"}}
    yield {"$set": {"kind": kind}}
