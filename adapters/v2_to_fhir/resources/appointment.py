"""Appointment of SCH and its resources.

The guide's SCH[Appointment]; known by the filler's number (else the placer's). A cancel (S15, S16), a
deletion (S17) and a no-show (S26) say the state themselves; a booking that arrives after them is older and
only fills gaps.
"""

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, ei
from adapters.v2_to_fhir.resources import appointment_participant, appointment_time, subject
from fhir.resource import instant

_BY_EVENT = {
    "S15": "cancelled",
    "S16": "cancelled",
    "S17": "entered-in-error",
    "S24": "cancelled",
    "S26": "noshow",
}
_BOOKS = ("S12", "S13", "S14", "S23")
_UNTIMED = ("cancelled", "proposed", "waitlist")
_REASONED = ("cancelled",)
"""app-4 of R4 spells `no-show`, a code that there is not: a reason of a no-show would never be valid."""


def complete(assembly: Assembly, context: Context) -> bool:
    """The Appointment's id, state, times and participants; False without an SCH."""
    draft, sch = assembly.draft, assembly.segment("SCH")
    if sch is None:
        subject.leave(assembly, context, "a resource without an appointment")
        return False
    number = ei.key(sch[2].first) or ei.key(sch[1].first)
    if number:
        draft.id = context.identified("Appointment", context.source.urn, number, sch[3].value.strip())
    else:
        subject.by_position(assembly, context)
    draft.event_time = context.header.event_time
    appointment_participant.put(sch, assembly, context)
    timed = appointment_time.put(sch, assembly, context)
    _state(sch, timed, assembly, context)
    return True


def _state(sch: Segment, timed: bool, assembly: Assembly, context: Context) -> None:
    """The status, and what FHIR wants with it: times but for some states, a reason only with a few."""
    draft, place = assembly.draft, context.at(sch, "25")
    sent = sch[25].value.strip()
    known = context.find("FillerStatusCodes", sent) if sent else None
    if sent and known is None:
        context.leave(place)
    trigger = context.header.trigger
    places = ["MSH[1]-9"] if trigger in _BY_EVENT or not known else context.valued(sch, 25)
    status = _BY_EVENT.get(trigger) or (known.code if known else "") or (trigger in _BOOKS and "booked") or ""
    draft.defaults["status"] = "proposed"
    if status in ("booked", "pending") and not timed:
        context.place = place
        context.warn("an appointment without a time is only proposed")
        status = ""
    if status and status not in _UNTIMED and not timed and draft.event_time:
        moment = instant(draft.event_time)
        draft.defaults |= {"start": moment, "end": moment}
        for element in ("start", "end"):
            draft.trace(element, context.header.moment_place)
    draft.put("status", status, *places)
    _reason(sch, status, assembly, context)


def _reason(sch: Segment, status: str, assembly: Assembly, context: Context) -> None:
    context.place = context.at(sch, "6")
    if status in _REASONED:
        reason = cwe.codeable_concept(sch[6].first, context) if sch[6] else None
        assembly.draft.put("cancelationReason", reason, context.place)
        return
    if status:
        assembly.draft.nulls.add("cancelationReason")
    if sch[6]:
        context.leave(context.place)
