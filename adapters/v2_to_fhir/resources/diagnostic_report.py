"""DiagnosticReport of OBR and ORC.

The guide's OBR[DiagnosticReport], ORC[DiagnosticReport]; hl7v2.md, rule 9, checklist 33. Known by the
filler's number (else the placer's) and the service: two OBR of one number stay two.
"""

from datetime import datetime
from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, dr, dtm, ei
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.resources.service_request import number
from adapters.v2_to_fhir.table import table

_NUMERIC = ("NM", "SN", "NR")
_STATES = {"F": "final", "P": "preliminary", "C": "corrected"}


def complete(assembly: Assembly, context: Context) -> bool:
    """The DiagnosticReport's id, numbers, time and state; False when an ORC has no OBR."""
    obr, orc = assembly.segment("OBR"), assembly.segment("ORC")
    draft = assembly.draft
    if obr is None:
        return False
    if not (obr[2] or obr[3]) and orc:
        for position, type_ in ((2, "PLAC"), (3, "FILL")):
            found = ei.identifier(orc[position].first, context, type_) if orc[position] else None
            if found:
                draft.add("identifier", f"ORC-{position}", [found], *context.valued(orc, position))
    _identify(assembly, obr, orc, context)
    if "code" not in draft.elements:
        context.place = context.at(obr, "4")
        context.warn("a report without a service")
        draft.defaults["code"] = {"text": "-"}
    draft.defaults["status"] = _derived(assembly)
    if "status" not in draft.elements:
        draft.trace("status", *(place for obx in _observed(assembly) for place in context.valued(obx, 11)))
    subject.put_patient(assembly, context)
    subject.put_encounter(assembly, context)
    for element, value in effective(obr, context).items():
        draft.put(element, value, *context.valued(obr, 7, 8))
    if "category" not in draft.elements and is_laboratory(assembly):
        draft.defaults["category"] = [{"coding": [{"system": cwe.SECTIONS, "code": "LAB"}]}]
    request = next((one for one in assembly.scope.all("ServiceRequest") if one.draft.id), None)
    if request:
        order = {"reference": request.draft.reference}
        draft.add("basedOn", "ORC-2", [order], *subject.number_places(request, context))
    draft.event_time = report_time(obr, context)
    return True


def _identify(assembly: Assembly, obr: Segment, orc: Segment | None, context: Context) -> None:
    found = obr[3] or number(orc, None, 3) or obr[2] or number(orc, None, 2)
    key = ei.key(found.first) if found else ""
    if not key:
        context.place = context.at(obr, "3")
        context.warn("a report without a number")
        subject.by_position(assembly, context)
        return
    assembly.draft.authority = context.source.urn
    code = subject.concept_key(context, assembly.draft.elements.get("code"))
    subject.identify(assembly, context, context.source.urn, key, code)


def report_time(obr: Segment, context: Context) -> datetime | None:
    """OBR-22, when results were reported or changed; else the message's time."""
    if obr[22]:
        context.place = context.at(obr, "22")
        return dtm.moment(obr[22].first, context) or context.header.event_time
    return context.header.event_time


def effective(obr: Segment, context: Context) -> dict[str, Any]:
    """OBR-7 and OBR-8 as effectiveDateTime or effectivePeriod."""
    times = []
    for position in (7, 8):
        context.place = context.at(obr, str(position))
        times.append(dtm.date_time(obr[position].first, context) if obr[position] else None)
        if obr[position] and times[-1] is None:
            context.leave(context.place)
    if times[1] and times[1] != times[0]:
        period = dr.ordered(times[0], times[1], context)
        return {"effectivePeriod": period} if period else {}
    return {"effectiveDateTime": times[0]} if times[0] else {}


def _observed(assembly: Assembly) -> list[Segment]:
    return [one.first for one in assembly.scope.all("Observation")]


def _derived(assembly: Assembly) -> str:
    """An OBR without a state has that of its results, when they agree."""
    states = {obx[11].value.strip().upper() for obx in _observed(assembly)}
    return _STATES.get(states.pop(), "unknown") if len(states) == 1 else "unknown"


def is_laboratory(assembly: Assembly) -> bool:
    """Whether a report without a section is the laboratory's: it has a specimen, numbers or ranges."""
    if any(one.segment("SPM") or one.draft.elements for one in assembly.scope.near("Specimen")):
        return True
    vital = table("VitalSign").entries
    return any(
        (obx[2].value.strip() in _NUMERIC or obx[6] or obx[7]) and obx[3].value.strip() not in vital
        for obx in _observed(assembly)
    )
