"""Appointment.start and end.

The guide's SCH[Appointment], TQ[Appointment], AIS[Appointment]: of TQ1, else SCH-11, else the first service
or resource that has a time. FHIR wants both: without an end it is the start and the duration; without a
duration, the start.
"""

from datetime import datetime, timedelta

from adapters.hl7v2.field import Element
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm, nm

FIELDS = {"AIS": (4, 7, 8), "AIP": (6, 9, 10), "AIL": (6, 9, 10), "AIG": (8, 11, 12)}
"""Start, duration and its unit in the segments of resources."""
_SECONDS = {"S": 1, "SEC": 1, "MIN": 60, "M": 60, "": 60, "H": 3600, "HR": 3600, "D": 86400}


def put(sch: Segment, assembly: Assembly, context: Context) -> bool:
    """Set start, end and minutesDuration; False when the message has no time."""
    length = _length(sch[9], sch[10], context, context.at(sch, "9"))
    minutes = int(length.total_seconds() // 60) if length else 0
    if minutes > 0:
        assembly.draft.put("minutesDuration", minutes, *context.valued(sch, 9, 10))
    start, end = _told(sch, assembly, context)
    places = context.valued(assembly.segment("TQ1"), 7, 8) or context.valued(sch, 11)
    for segment in assembly.segments:
        fields = FIELDS.get(segment.name)
        if fields and segment[fields[0]]:
            place = context.at(segment, str(fields[0]))
            own = _moment(segment[fields[0]].first, context, place)
            places += context.valued(segment, *fields) if own and start is None else []
            start = start or own
            long = _length(
                segment[fields[1]], segment[fields[2]], context, context.at(segment, str(fields[1]))
            )
            length = length or (long if own and own == start else None)
    if start is None:
        return False
    if end is None or end < start:
        end = start + (length or timedelta())
        places += context.valued(sch, 9, 10)
    for element, moment in (("start", start), ("end", end)):
        written = moment.astimezone(context.zone).isoformat(timespec="seconds")
        assembly.draft.put(element, written, *places)
    return True


def _told(sch: Segment, assembly: Assembly, context: Context) -> tuple[datetime | None, datetime | None]:
    """Start and end of TQ1 or of SCH-11, which is of the older datatype TQ."""
    tq1, timing = assembly.segment("TQ1"), sch[11].first
    if tq1 and tq1[7]:
        place = context.at(tq1, "7")
        return tuple(_moment(tq1[n].first, context, place) for n in (7, 8))  # type: ignore[return-value]
    place = context.at(sch, "11")
    return tuple(_moment(timing[n], context, place) for n in (4, 5))  # type: ignore[return-value]


def _moment(value: Element, context: Context, place: str) -> datetime | None:
    context.place = place
    found = dtm.moment(value, context) if value else None
    if value and found is None:
        context.leave(place)
    return found


def _length(amount: Element, unit: Element, context: Context, place: str) -> timedelta | None:
    if not amount:
        return None
    number = nm.decimal(amount.value)
    word = (
        unit.value.strip().upper().rstrip("S") if unit and unit.value.strip().upper() != "S" else unit.value
    )
    seconds = _SECONDS.get(word.strip().upper().removesuffix("UTE"))
    if number is None or seconds is None or not 0 < number * seconds < 10**8:
        context.leave(place)
        return None
    return timedelta(seconds=float(number * seconds))
