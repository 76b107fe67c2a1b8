"""Date, dateTime, instant and time: their formats, the calendar, and which of two is later.

FHIR R4 datatypes.html 2.24.0.1, with the regular expressions of 4.0.1; days are checked against the calendar,
which the expressions can't do (30 February).
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = r"-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1]))"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE = r"(Z|(\+|-)((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

DATE = re.compile(f"{_YEAR}({_DAY}?)?").fullmatch
DATE_TIME = re.compile(
    f"{_YEAR}(-(0[1-9]|1[0-2])(-(0[1-9]|[1-2][0-9]|3[0-1])(T{_CLOCK}{_ZONE})?)?)?", re.ASCII
).fullmatch
INSTANT = re.compile(f"{_YEAR}{_DAY}T{_CLOCK}{_ZONE}", re.ASCII).fullmatch
TIME = re.compile(_CLOCK, re.ASCII).fullmatch

_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)


def in_calendar(text: str) -> bool:
    """Whether the day of a well-formed date, dateTime or instant exists."""
    if text[8:10] <= "28":
        return True
    return int(text[8:10]) <= monthrange(int(text[:4]), int(text[5:7]))[1]


def _zoned(text: str) -> datetime:
    """A full dateTime as UTC; a leap second counts as the second before it."""
    clock = text[:19].replace(":60", ":59", 1) if text[17:19] == "60" else text[:19]
    rest = text[19:]
    zone = "+00:00" if rest.endswith("Z") else rest[-6:]
    fraction = rest.removesuffix("Z").removesuffix(zone)[1:7].ljust(6, "0")
    return datetime.fromisoformat(f"{clock}.{fraction}{zone}").astimezone(UTC)


def _bounds(text: str) -> tuple[datetime, datetime]:
    """The earliest and latest moment that a dateTime may mean; without a zone, anywhere on Earth."""
    if len(text) > 10:
        moment = _zoned(text)
        return moment, moment
    year, month = int(text[:4]), int(text[5:7] or 1)
    day = int(text[8:10] or 1)
    last_month = int(text[5:7] or 12)
    last_day = int(text[8:10] or monthrange(year, last_month)[1])
    first = datetime(year, month, day, tzinfo=UTC)
    last = datetime(year, last_month, last_day, 23, 59, 59, 999999, tzinfo=UTC)
    return first - _EAST, last + _WEST


def surely_after(first: object, second: object) -> bool:
    """Whether `first` is later than `second` at any precision and zone; False when either is no date."""
    if not (isinstance(first, str) and isinstance(second, str) and DATE_TIME(first) and DATE_TIME(second)):
        return False
    if len(first) <= 10 and len(second) <= 10:
        shared = min(len(first), len(second))
        return first[:shared] > second[:shared]
    try:
        return _bounds(first)[0] > _bounds(second)[1]
    except (ValueError, OverflowError):
        return False
