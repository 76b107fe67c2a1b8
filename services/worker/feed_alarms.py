"""Alarms of the feeds: a source is silent against its rhythm, what it sent waits, its dead letters pile up.

hl7v2.md, checklist 63 and 66; the same limits as on the console's page of feeds. What a source left behind
that is registered no more is not forgotten.
"""

from datetime import UTC, datetime, timedelta

from services import rhythm, source_metrics
from services.alarms.alarm import Kind
from services.inbox import DEAD, RECEIVED, Inbox
from services.platform import Platform
from services.sources import codes
from services.turns import my_turn

PERIOD = 60.0
_EVERY = timedelta(minutes=5)
_NONE: tuple[int, datetime | None] = (0, None)


async def look(platform: Platform) -> None:
    """Look at every source, where it is this process's turn."""
    if not await my_turn(platform.database, "feed alarms", _EVERY):
        return
    await judge(platform, Inbox(platform.store), datetime.now(UTC))


async def judge(platform: Platform, inbox: Inbox, now: datetime) -> None:
    """Sound what is wrong with each source, by a handful of queries for all of them."""
    registered = await codes(platform.database)
    silent = await rhythm.silent(inbox, await rhythm.latest(inbox, registered), now)
    held = await inbox.held((RECEIVED, DEAD))
    known = sorted({*registered, *(source for _, source in held)})
    sound = platform.alarms.sound
    for code in known:
        name = source_metrics.name(code)
        if code in silent:
            text = "A source sends nothing though it usually does at this time."
            await sound(Kind.FEED_SILENT, text, source=name)
        waiting, oldest = held.get((RECEIVED, code), _NONE)
        if waiting > rhythm.TOO_MANY_WAIT or _older(oldest, now - rhythm.LATE):
            await sound(Kind.FEED_LATE, "Messages of a source wait too long.", source=name, waiting=waiting)
        dead, oldest = held.get((DEAD, code), _NONE)
        if dead > rhythm.TOO_MANY_DEAD or _older(oldest, now - rhythm.LEFT_TOO_LONG):
            text = "Dead letters of a source are left too long."
            await sound(Kind.DEAD_LETTERS, text, source=name, dead=dead)


def _older(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit
