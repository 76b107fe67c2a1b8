"""Appointment.participant and serviceType: patients, who arranged it, resources (AIS, AIP, AIL, AIG).

The guide's SCH[Appointment], PID[Appointment], AIS[Appointment] and its like. A message gives each kind
whole; what its action code deletes (D) is left out.
"""

from collections.abc import Callable
from typing import Any

from adapters.hl7v2.field import Element
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, pl, xcn

_ARRANGED = {12: "placer contact", 16: "filler contact", 20: "enterer"}
_SOMEBODY = {"display": "unknown"}


def put(sch: Segment, assembly: Assembly, context: Context) -> None:
    """Fill participants and services; an appointment that names nobody has one of unknown."""
    draft = assembly.draft
    patients = [one for one in context.drafts.values() if one.type == "Patient"]
    if patients:
        places = [place for one in patients for place in one.origins.get("identifier", ())]
        people = [_participant({"reference": one.reference}) for one in patients]
        draft.add("participant", "PID", people, *(places or ["PID[1]"]))
    for position, kind in _ARRANGED.items():
        context.place = context.at(sch, str(position))
        told = [xcn.practitioner(one, context) for one in sch[position].repetitions if one]
        found = [_participant(one, {"text": kind}) for one in told if one]
        if found:
            draft.add("participant", f"SCH-{position}", found, context.place)
    for segment in assembly.segments:
        if segment.name == "AIS":
            _service(segment, assembly, context)
        elif segment.name in _ACTORS:
            _resource(segment, assembly, context)
        context.take(context.at(segment))
    draft.defaults["participant"] = [_participant(_SOMEBODY)]


def _service(ais: Segment, assembly: Assembly, context: Context) -> None:
    context.place = context.at(ais, "3")
    concept = cwe.codeable_concept(ais[3].first, context) if ais[3] else None
    kept = concept and ais[2].value.strip().upper() != "D"
    assembly.draft.add("serviceType", "AIS", [concept] if kept else [], context.place)


def _resource(segment: Segment, assembly: Assembly, context: Context) -> None:
    context.place = context.at(segment, "3")
    actor = _ACTORS[segment.name](segment[3].first, context) if segment[3] else None
    context.place = context.at(segment, "4")
    kind = cwe.codeable_concept(segment[4].first, context) if segment[4] else None
    kept = (actor or kind) and segment[2].value.strip().upper() != "D"
    found = [_participant(actor, kind)] if kept else []
    assembly.draft.add("participant", segment.name, found, *context.valued(segment, 3, 4))


def _thing(value: Element, context: Context) -> dict[str, Any] | None:
    """AIG-3: a device or a room that no message describes, by its number."""
    number, words = (value[n].value.strip() for n in (1, 2))  # type: ignore[index]
    found: dict[str, Any] = {"display": words or number} if words or number else {}
    if number:
        found["identifier"] = {"system": context.source.local("resource"), "value": number}
    return found or None


_ACTORS: dict[str, Callable[[Any, Context], dict[str, Any] | None]] = {
    "AIP": xcn.practitioner,
    "AIL": pl.location,
    "AIG": _thing,
}


def _participant(actor: dict[str, Any] | None, kind: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"type": [kind]} if kind else {}
    return found | ({"actor": actor} if actor else {}) | {"status": "accepted"}
