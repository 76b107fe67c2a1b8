"""DR: date and time range, as a Period.

The guide's DR[Period].
"""

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm


def period(value: Element, context: Context) -> dict[str, str] | None:
    """A Period; its end is left out when it lies before its start."""
    start = dtm.date_time(value[1], context) if value[1] else None  # type: ignore[index]
    end = dtm.date_time(value[2], context) if value[2] else None  # type: ignore[index]
    return ordered(start, end, context)


def ordered(start: str | None, end: str | None, context: Context) -> dict[str, str] | None:
    """A Period of two dateTimes."""
    if start and end and end[: len(start)] < start[: len(end)]:
        context.warn("a period that ends before it starts")
        end = None
    return {name: text for name, text in (("start", start), ("end", end)) if text} or None


def start(value: Element, context: Context) -> dict[str, str] | None:
    """A Period of which only the start is known."""
    time = dtm.date_time(value, context)
    return {"start": time} if time else None
