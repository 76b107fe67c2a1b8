"""Times as text that sorts, for what is remembered beside a resource."""

from datetime import datetime


def sortable(*moments: datetime | None) -> str:
    """Times in UTC, the first of which counts first; none sorts before any."""
    return " ".join(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else "" for moment in moments)


def told(event_time: datetime | None, sent: datetime | None, arrived: str) -> str:
    """How what two messages tell compares: by event time, then by MSH-7, then by which arrived first."""
    times = sortable(event_time, sent)
    return f"{times} {arrived}" if arrived else times
