"""Specimen of SPM and SAC, or of OBR alone before v2.5.

The guide's SPM[Specimen], OBR[Specimen]; hl7v2.md, checklist 18. Beside one SPM, what OBR tells of the
specimen fills its gaps.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, dr, dtm, ei, sps
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.resources.diagnostic_report import effective

_OF_OBR = (9, 10, 14, 15, 39)


def complete(assembly: Assembly, context: Context) -> bool:
    """The Specimen's id, patient, container and time; False when OBR names none, or an SPM does."""
    draft = assembly.draft
    if assembly.segment("SPM") is None and not _by_request(assembly, context):
        return False
    if (spm := assembly.segment("SPM")) and spm[17]:
        _collected(assembly, spm, context)
    held = [*context.valued(spm, 27, 6), *context.valued(assembly.segment("SAC"), 3)]
    draft.put("container", _container(assembly, context), *held)
    _identify(assembly, context)
    subject.put_patient(assembly, context)
    reports = [one for one in assembly.scope.within("DiagnosticReport") if one.draft.id]
    for type_ in ("DiagnosticReport", "ServiceRequest"):
        for one in assembly.scope.within(type_):
            if one.draft.id:
                places = subject.number_places(assembly, context)
                one.draft.add("specimen", "SPM", [{"reference": draft.reference}], *places)
    draft.event_time = reports[0].draft.event_time if reports else context.header.event_time
    return True


def _by_request(assembly: Assembly, context: Context) -> bool:
    """Whether an OBR makes a Specimen of its own: it tells of one, and there is no SPM to fill instead."""
    draft, obr = assembly.draft, assembly.segment("OBR")
    if obr is not None and obr[15]:
        context.place = context.at(obr, "15")
        for element, value in sps.elements(obr[15].first, context).items():
            _put(draft, element, value, "OBR-15", context.place)
    if obr is None or not draft.elements:
        return False
    named = [one for one in assembly.scope.near("Specimen") if one.segment("SPM")]
    if len(named) == 1:
        _fill(named[0], assembly, obr, context)
        return False
    if named:
        _leave(obr, context)
        return False
    for element, value in effective(obr, context).items():
        collected = f"collection.collected{element.removeprefix('effective')}"
        draft.put(collected, value, *context.valued(obr, 7, 8))
    return True


def _fill(held: Assembly, assembly: Assembly, obr: Segment, context: Context) -> None:
    """Bring what OBR tells into the one Specimen of the group; what that knows already is listed."""
    origins = {"collection.quantity": 9, "collection.collector": 10, "receivedTime": 14}
    for element, value in assembly.draft.elements.items():
        if not _put(held.draft, element, value, "OBR-39", *assembly.draft.origins.get(element, ())):
            context.leave(context.at(obr, str(origins.get(element, 15))))


def _put(draft: Draft, element: str, value: Any, origin: str, *places: str) -> bool:
    """Set an element; False when it says something else already."""
    if element == "note":
        draft.add(element, origin, value, *places)
        return True
    draft.put(element, value, *places)
    return bool(draft.elements.get(element) == value)


def _leave(obr: Segment, context: Context) -> None:
    for position in _OF_OBR:
        if obr[position]:
            context.leave(context.at(obr, str(position)))


def _identify(assembly: Assembly, context: Context) -> None:
    """By the filler's number, else the placer's, else any; else by report or order and SPM-1."""
    numbers = assembly.draft.elements.get("identifier", ())
    around = [
        one
        for type_ in ("DiagnosticReport", "ServiceRequest")
        for one in assembly.scope.within(type_)
        if one.draft.id
    ]
    if numbers:
        known = subject.number(numbers)
        subject.identify(assembly, context, known["system"], known["value"])
    elif around:
        subject.identify(assembly, context, around[0].draft.id, assembly.first[1].value.strip())
    else:
        subject.by_position(assembly, context)


def _container(assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    """SPM-27, SPM-6 and SAC-3: the container, its additives and its number."""
    spm, sac = assembly.segment("SPM"), assembly.segment("SAC")
    found: dict[str, Any] = {}
    number = ei.identifier(sac[3].first, context, kind="container") if sac and sac[3] else None
    if number:
        found["identifier"] = [number]
    if spm and spm[27]:
        context.place = context.at(spm, "27")
        found["type"] = cwe.codeable_concept(spm[27].first, context)
    if spm and spm[6]:
        context.place = context.at(spm, "6")
        found["additiveCodeableConcept"] = cwe.codeable_concept(spm[6].first, context)
        for nth, more in enumerate(spm[6].repetitions[1:], 2):
            if more:
                context.leave(f"{context.at(spm, '6')}({nth})")
    return [{name: value for name, value in found.items() if value}] if found else []


def _collected(assembly: Assembly, spm: Segment, context: Context) -> None:
    context.place = context.at(spm, "17")
    value = spm[17].first
    if value[2]:
        assembly.draft.put("collection.collectedPeriod", dr.period(value, context), context.place)
    else:
        assembly.draft.put("collection.collectedDateTime", dtm.date_time(value[1], context), context.place)
    if not any(element.startswith("collection.collected") for element in assembly.draft.elements):
        context.leave(context.place)
