"""Moment: the platform's clock, in UTC and in the milliseconds that MongoDB keeps.

Callers write `moment.now()` so that a test can hold the clock still.
"""

from datetime import MAXYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""Where a time without a zone was written."""


def now() -> datetime:
    """This instant in UTC, cut to milliseconds."""
    return milliseconds(datetime.now(UTC))


def milliseconds(moment: datetime) -> datetime:
    """`moment` (with a zone) in UTC, cut to milliseconds."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def a_year_after(moment: datetime) -> datetime:
    """The same day twelve months later; 29 February becomes 1 March, so that it is never less."""
    if moment.year == MAXYEAR:
        return moment
    try:
        return moment.replace(year=moment.year + 1)
    except ValueError:
        return moment.replace(year=moment.year + 1, month=3, day=1)


def after(moment: datetime, seconds: float) -> datetime:
    """`seconds` later."""
    return moment + timedelta(seconds=seconds)
