"""Telling: whoever has seen what was filed under the wrong patient hears of it, even if the page was cut off.

The audit is asked again once whoever read it at that moment has a record too.
"""

from services.platform import Platform
from services.refiling.told import tell

PERIOD = 15.0


async def look(platform: Platform) -> None:
    """Tell of the moves of which somebody may not have been told."""
    for move in await platform.moves.untold():
        await tell(platform.archive, platform.moves, move)
