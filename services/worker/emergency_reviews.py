"""Overdue reviews: an opening in an emergency that nobody has judged for a day sounds an alarm, once.

security-and-scale.md, line 19: unreviewed cases escalate.
"""

from datetime import timedelta

from services.alarms.alarm import Kind
from services.platform import Platform
from services.turns import my_turn

PERIOD = 60.0
_EVERY = timedelta(minutes=5)
_AT_ONCE = 100
_TEXT = "A file was opened in an emergency, and nobody has reviewed that within 24 hours."


async def look(platform: Platform) -> None:
    """Look for them, where it is this process's turn."""
    if await my_turn(platform.database, "emergency reviews", _EVERY):
        await announce(platform)


async def announce(platform: Platform) -> int:
    """Sound an alarm for each that no alarm has told of; how many there were.

    Noted after the alarm is stored: whoever dies in between sounds it again, and that is counted only.
    """
    emergencies = platform.grounds.emergencies
    overdue = await emergencies.unannounced(_AT_ONCE)
    for id in overdue:
        await platform.alarms.sound(Kind.EMERGENCY, _TEXT, overdue=id.rpartition(" ")[2])
        await emergencies.announce(id)
    return len(overdue)
