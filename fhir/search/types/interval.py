"""Intervals of time: a date of any precision as the half-open range that it covers.

FHIR R4 2.24.0.1 (datatypes.html#dateTime) and 3.1.1.4.7 (search.html#date). Microseconds since 1970 in
UTC; a local time is Asia/Shanghai's. A date that no calendar knows (30 February) has no interval.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Interval = tuple[int, int]

FIRST, LAST = -(2**62), 2**62
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
_ZONE = ZoneInfo("Asia/Shanghai")
_LONGEST = 64
_EPOCH = date(1970, 1, 1).toordinal()
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


def interval(text: str) -> Interval | None:
    """The range of a date, dateTime or instant; None where it is none or stands in no calendar."""
    return _interval(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _interval(text: str) -> Interval | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return _time(match) if match["hour"] else _days(match)
    except ValueError:
        return None


def _days(match: re.Match[str]) -> Interval:
    year, month, day = int(match["year"]), int(match["month"] or 1), int(match["day"] or 1)
    start = date(year, month, day).toordinal()
    if match["day"]:
        end = start + 1
    elif match["month"]:
        end = (
            (date(year, month, 28) + timedelta(days=4)).replace(day=1).toordinal()
            if year < 9999
            else start + 31
        )
    else:
        end = date(year, 12, 31).toordinal() + 1
    return _midnight(start), _midnight(end)


def _midnight(ordinal: int) -> int:
    day = date.fromordinal(min(ordinal, date.max.toordinal()))
    local = datetime(day.year, day.month, day.day, tzinfo=_ZONE)
    return (ordinal - _EPOCH) * DAY - _offset(local)


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    return 0 if offset is None else (offset.days * 86400 + offset.seconds) * SECOND


def _time(match: re.Match[str]) -> Interval:
    second = int(match["second"] or 0)
    leap = second == 60
    local = datetime(
        int(match["year"]), int(match["month"]), int(match["day"]), int(match["hour"]), int(match["minute"]),
        second - leap, tzinfo=_ZONE if match["zone"] is None else None,
    )  # fmt: skip
    start = (local.toordinal() - _EPOCH) * DAY + (local.hour * 60 + local.minute) * MINUTE
    start += second * SECOND - (_offset(local) if match["zone"] is None else _shift(match["zone"]))
    if match["second"] is None:
        return start, start + MINUTE
    digits = (match["fraction"] or "")[:6]
    start += int(digits.ljust(6, "0"))
    return start, start + 10 ** (6 - len(digits))


def _shift(zone: str) -> int:
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError(zone)
    return (hours * 60 + minutes) * (MINUTE if zone[0] == "+" else -MINUTE)


def of(value: Any, type: str) -> Interval | None:
    """The range of an element of a date type: of a Timing its outer limits, of an instant no length."""
    if isinstance(value, str):
        found = interval(value)
        return (found[0], found[0] + 1) if found and type == "instant" else found
    if not isinstance(value, dict):
        return None
    return _period(value) if type == "Period" else _timing(value)


def _period(value: dict[str, Any]) -> Interval | None:
    """An open end reaches to the end of time; a Period without either end, or reversed, is no range."""
    given = [value.get(name) for name in ("start", "end")]
    ends = [interval(each) if isinstance(each, str) else None for each in given]
    if all(each is None for each in given) or any(
        a is not None and b is None for a, b in zip(given, ends, strict=True)
    ):
        return None
    start, end = ends[0][0] if ends[0] else FIRST, ends[1][1] if ends[1] else LAST
    return (start, end) if start < end else None


def _timing(value: dict[str, Any]) -> Interval | None:
    events = value.get("event")
    ranges = [interval(each) for each in events if isinstance(each, str)] if isinstance(events, list) else []
    repeat = value.get("repeat")
    bounds = repeat.get("boundsPeriod") if isinstance(repeat, dict) else None
    ranges.append(_period(bounds) if isinstance(bounds, dict) else None)
    found = [each for each in ranges if each is not None]
    return (min(start for start, _ in found), max(end for _, end in found)) if found else None


def moment(micros: int) -> datetime:
    """The instant of so many microseconds since 1970, cut to the years that a datetime can say."""
    low, high = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if micros <= (low - _UNIX) // timedelta(microseconds=1):
        return low
    if micros >= (high - _UNIX) // timedelta(microseconds=1):
        return high
    return _UNIX + timedelta(microseconds=micros)


def now() -> int:
    """The present, in microseconds since 1970."""
    return (datetime.now(UTC) - _UNIX) // timedelta(microseconds=1)
