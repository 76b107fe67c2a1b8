"""How a source sends, by counts of the inbox: acknowledgement codes, silence, what became of its messages.

hl7v2.md, checklist 66. Nothing here reads what a message says.
"""

from datetime import datetime, timedelta
from typing import Any

from services.inbox import Inbox

DAYS, SAMPLE = 7, 1000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITS_TOO_LONG, LATE, LEFT_TOO_LONG = timedelta(minutes=1), timedelta(minutes=5), DAY
"""What waits is marked on the console after a minute, an alarm after five; a dead letter after a day."""
TOO_MANY_WAIT, TOO_MANY_DEAD = 10_000, 100


async def codes(inbox: Inbox, source: str, since: datetime) -> dict[str, int]:
    """How many messages since a moment were answered with each acknowledgement code."""
    found = {"source": source, "received": {"$gte": since}}
    pipeline = [{"$match": found}, {"$group": {"_id": "$code", "count": {"$sum": 1}}}]
    rows = [row async for row in await inbox.collection.aggregate(pipeline)]
    return {row["_id"]: row["count"] for row in sorted(rows, key=lambda row: row["_id"] or "") if row["_id"]}


async def silent(inbox: Inbox, source: str, now: datetime) -> bool:
    """Is it quiet where its own rhythm is not?

    It is silent when nothing came for an hour though something came in this hour of the day on most of the
    last seven days; or nothing for a day though something came on most days. A source newer than that has no
    rhythm yet.
    """
    return await _missed(inbox, source, now, HOUR) or await _missed(inbox, source, now, DAY)


async def sample(inbox: Inbox, source: str, since: datetime) -> list[dict[str, Any]]:
    """What became of the newest messages since a moment, at most SAMPLE: codes and places only."""
    shown = dict.fromkeys(("findings", "unmapped", "warnings", "told", "received", "state"), True)
    found = {"source": source, "received": {"$gte": since}}
    return await inbox.collection.find(found, shown).sort("received", -1).limit(SAMPLE).to_list()


async def _missed(inbox: Inbox, source: str, now: datetime, span: timedelta) -> bool:
    if await _any(inbox, source, now - span, now):
        return False
    back = DAY if span < DAY else span
    usual = [await _any(inbox, source, now - n * back - span, now - n * back) for n in range(1, DAYS + 1)]
    return 2 * sum(usual) > DAYS


async def _any(inbox: Inbox, source: str, start: datetime, end: datetime) -> bool:
    within = {"source": source, "received": {"$gte": start, "$lt": end}}
    return await inbox.collection.find_one(within, {"_id": True}) is not None
