"""Feed: one source as the console shows it, in counts and times; nothing of what a message says.

hl7v2.md, checklist 63 and 66: the age and the number of what waits and of dead letters, the last message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.portal.console.quality import NOTHING, Quality
from services.rhythm import LEFT_TOO_LONG, TOO_MANY_DEAD, TOO_MANY_WAIT, WAITS_TOO_LONG


@dataclass(frozen=True, slots=True)
class Feed:
    """A source: its messages of today and of the last hour, what waits, and what became a dead letter."""

    code: str
    last: datetime | None
    today: int
    hour: int
    waiting: int
    waiting_since: datetime | None
    dead: int
    dead_since: datetime | None
    late: bool
    neglected: bool
    crowded: bool
    piled: bool
    silent: bool
    codes: Mapping[str, int]
    quality: Quality

    @property
    def alarming(self) -> bool:
        """Does anything of it want a person?"""
        return self.late or self.neglected or self.crowded or self.piled or self.silent


def feed(
    code: str,
    now: datetime,
    *,
    last: datetime | None,
    today: int,
    hour: int,
    waiting: tuple[int, datetime | None],
    dead: tuple[int, datetime | None],
    silent: bool = False,
    codes: Mapping[str, int] = MappingProxyType({}),
    quality: Quality = NOTHING,
) -> Feed:
    """The line of a source, with its alarms.

    `late` and `neglected` go by the age of the oldest, `crowded` and `piled` by how many there are.
    """
    return Feed(
        code=code,
        last=last,
        today=today,
        hour=hour,
        waiting=waiting[0],
        waiting_since=waiting[1],
        dead=dead[0],
        dead_since=dead[1],
        late=_older(waiting[1], now - WAITS_TOO_LONG),
        neglected=_older(dead[1], now - LEFT_TOO_LONG),
        crowded=waiting[0] > TOO_MANY_WAIT,
        piled=dead[0] > TOO_MANY_DEAD,
        silent=silent,
        codes=codes,
        quality=quality,
    )


def _older(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment < limit
