"""Overdue cases: what a resident asked for and nobody answered within its term sounds an alarm, once.

PIPL article 50: requests are received and handled.
"""

from datetime import timedelta

from services.alarms.alarm import Kind
from services.platform import Platform
from services.turns import my_turn
from services.worker import overdue

PERIOD = 600.0
_EVERY = timedelta(hours=1)
_AT_ONCE = 100
_TEXT = "A resident's complaint or request for a correction was not answered within its term."


async def look(platform: Platform) -> None:
    """Look for them, where it is this process's turn."""
    if await my_turn(platform.database, "overdue cases", _EVERY):
        await announce(platform)


async def announce(platform: Platform) -> int:
    """Sound an alarm for each that no alarm has told of; how many there were."""
    cases = platform.cases
    late = {id: {"case": id, "about": kind} for id, kind in await cases.unannounced(_AT_ONCE)}
    return await overdue.announce(platform, Kind.CASE, _TEXT, late, cases.announce)
