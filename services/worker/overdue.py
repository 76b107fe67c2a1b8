"""Overdue: what nobody has seen to in time sounds an alarm, once for each."""

from collections.abc import Awaitable, Callable, Mapping

from services.alarms.alarm import Fact, Kind
from services.platform import Platform


async def announce(
    platform: Platform,
    kind: Kind,
    text: str,
    overdue: Mapping[str, Mapping[str, Fact]],
    note: Callable[[str], Awaitable[None]],
) -> int:
    """Sound an alarm for each of `overdue` (its facts, by id), and `note` that it has; how many there were.

    Noted after the alarm is stored: whoever dies in between sounds it again, and that is counted only.
    """
    for id, facts in overdue.items():
        await platform.alarms.sound(kind, text, **facts)
        await note(id)
    return len(overdue)
