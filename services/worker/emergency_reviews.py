"""Overdue reviews: an opening in an emergency that nobody has judged for a day sounds an alarm, once.

security-and-scale.md, line 19: unreviewed cases escalate.
"""

from datetime import timedelta

from services.alarms.alarm import Kind
from services.platform import Platform
from services.turns import my_turn
from services.worker import overdue

PERIOD = 60.0
_EVERY = timedelta(minutes=5)
_AT_ONCE = 100
_TEXT = "A file was opened in an emergency, and nobody has reviewed that within 24 hours."


async def look(platform: Platform) -> None:
    """Look for them, where it is this process's turn."""
    if await my_turn(platform.database, "emergency reviews", _EVERY):
        await announce(platform)


async def announce(platform: Platform) -> int:
    """Sound an alarm for each that no alarm has told of; how many there were."""
    emergencies = platform.grounds.emergencies
    late = {id: {"overdue": id.rpartition(" ")[2]} for id in await emergencies.unannounced(_AT_ONCE)}
    return await overdue.announce(platform, Kind.EMERGENCY, _TEXT, late, emergencies.announce)
