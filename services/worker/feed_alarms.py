"""Alarms of the feeds: a source is silent against its rhythm, what it sent waits, its dead letters pile up.

hl7v2.md, checklist 63 and 66; the same limits as on the console's page of feeds.
"""

from datetime import UTC, datetime, timedelta

from services import rhythm
from services.alarms.alarm import Kind
from services.inbox import DEAD, RECEIVED, Inbox
from services.platform import Platform
from services.sources import registered
from services.turns import my_turn

PERIOD = 60.0
_EVERY = timedelta(minutes=5)


async def look(platform: Platform) -> None:
    """Look at every source, where it is this process's turn."""
    if not await my_turn(platform.database, "feed alarms", _EVERY):
        return
    inbox, now = Inbox(platform.store), datetime.now(UTC)
    for code in sorted(await registered(platform.database)):
        await judge(platform, inbox, code, now)


async def judge(platform: Platform, inbox: Inbox, code: str, now: datetime) -> None:
    """Sound what is wrong with one source."""
    sound = platform.alarms.sound
    if await rhythm.silent(inbox, code, now):
        await sound(
            Kind.FEED_SILENT, "A source sends nothing though it usually does at this time.", source=code
        )
    waiting, oldest = await inbox.held(RECEIVED, code)
    if waiting > rhythm.TOO_MANY_WAIT or _older(oldest, now - rhythm.LATE):
        await sound(Kind.FEED_LATE, "Messages of a source wait too long.", source=code, waiting=waiting)
    dead, oldest = await inbox.held(DEAD, code)
    if dead > rhythm.TOO_MANY_DEAD or _older(oldest, now - rhythm.LEFT_TOO_LONG):
        await sound(Kind.DEAD_LETTERS, "Dead letters of a source are left too long.", source=code, dead=dead)


def _older(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit
