"""Time stamp: whether a DT, DTM or TS value names a real moment, at whatever precision.

HL7 v2 chapter 2A (DTM): YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ].
"""

import re
from datetime import date

_FORM = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?:(?P<second>\d\d)(?:\.\d{1,6})?)?)?)?)?)?(?:[+-](?P<zone>\d{4}))?",
    re.ASCII,
)


def is_valid(value: str) -> bool:
    """Whether `value` is a time stamp of the standard; 24:00 and the 60th second of a leap are."""
    match = _FORM.fullmatch(value.strip())
    if match is None:
        return False
    number = {name: int(digits) for name, digits in match.groupdict().items() if digits}
    return _is_date(number) and _is_time(number) and number.get("zone", 0) <= 1400


def _is_date(number: dict[str, int]) -> bool:
    try:
        date(number["year"], number.get("month", 1), number.get("day", 1))
    except ValueError:
        return False
    return True


def _is_time(number: dict[str, int]) -> bool:
    hour, minute, second = (number.get(name, 0) for name in ("hour", "minute", "second"))
    return (hour, minute, second) == (24, 0, 0) or (hour < 24 and minute < 60 and second <= 60)
