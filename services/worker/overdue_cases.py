"""Overdue cases: what a resident asked for and nobody answered within its term sounds an alarm, once.

PIPL article 50: requests are received and handled.
"""

from datetime import timedelta

from services.alarms.alarm import Kind
from services.platform import Platform
from services.turns import my_turn

PERIOD = 600.0
_EVERY = timedelta(hours=1)
_AT_ONCE = 100
_TEXT = "A resident's complaint or request for a correction was not answered within its term."


async def look(platform: Platform) -> None:
    """Look for them, where it is this process's turn."""
    if await my_turn(platform.database, "overdue cases", _EVERY):
        await announce(platform)


async def announce(platform: Platform) -> int:
    """Sound an alarm for each that no alarm has told of; how many there were.

    Noted after the alarm is stored: whoever dies in between sounds it again, and that is counted only.
    """
    overdue = await platform.cases.unannounced(_AT_ONCE)
    for id, kind in overdue:
        await platform.alarms.sound(Kind.CASE, _TEXT, case=id, about=kind)
        await platform.cases.announce(id)
    return len(overdue)
