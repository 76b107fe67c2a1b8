"""Date, dateTime, instant: a moment as precise as its source gave it.

FHIR R4 2.24.0.1 (datatypes.html#dateTime). What has no zone is local time in Chengdu.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

CHENGDU = ZoneInfo("Asia/Shanghai")
_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


class Precision(IntEnum):
    """How much of a moment is known."""

    YEAR = 1
    MONTH = 2
    DAY = 3
    MINUTE = 4


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """The first instant that a FHIR date covers, in local time, and how precise it was."""

    start: datetime
    precision: Precision = Precision.DAY

    @property
    def day(self) -> date:
        """The local calendar day."""
        return self.start.date()


def local_day() -> date:
    """Today, as the region's calendar has it."""
    return datetime.now(CHENGDU).date()


def moment(text: Any) -> Moment | None:
    """Read a FHIR date, dateTime or instant; anything else is None, because a page must still open."""
    return _read(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Moment | None:
    """Cached: a file repeats its days and minutes in many resources."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    precision = Precision.MINUTE if hour else Precision(sum(part is not None for part in (year, month, day)))
    clock = f"{hour or '00'}:{minute or '00'}:{min(int(second or 0), 59):02}"
    try:
        start = datetime.fromisoformat(f"{year}-{month or '01'}-{day or '01'}T{clock}{zone or ''}")
        start = start.astimezone(CHENGDU) if zone else start.replace(tzinfo=CHENGDU)
    except (ValueError, OverflowError):
        return None
    return Moment(start, precision)


def first_moment(*candidates: Any) -> Moment | None:
    """The first of several elements that holds a date: a string, or a Period (its start, else its end)."""
    for candidate in candidates:
        if isinstance(candidate, dict):
            found = moment(candidate.get("start")) or moment(candidate.get("end"))
        else:
            found = moment(candidate)
        if found:
            return found
    return None


def latest(moments: Any) -> Moment | None:
    """The newest of some moments, None among them ignored."""
    return max((each for each in moments if each is not None), default=None)


def stamp(when: Moment | None) -> float:
    """An order in time: what has no date is the oldest."""
    return when.start.timestamp() if when else 0.0
