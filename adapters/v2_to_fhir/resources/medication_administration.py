"""MedicationAdministration of RXA and RXR.

The guide has only ORC[MedicationAdministration] (README.md, further messages). Known by order, RXA-2, start
and medication.
"""

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dr, dtm, nm
from adapters.v2_to_fhir.resources import prescription, subject
from adapters.v2_to_fhir.resources.route import READ, route


def complete(assembly: Assembly, context: Context) -> bool:
    """The MedicationAdministration's id, order, time, dose and state; False without medication or patient."""
    rxa, draft = assembly.segment("RXA"), assembly.draft
    if rxa is None or "medicationCodeableConcept" not in draft.elements:
        subject.leave(assembly, context, "an administration without a medication")
        return False
    if not subject.belongs(assembly, context):
        return False
    key = prescription.key(assembly)
    if key:
        code = subject.concept_key(context, draft.elements["medicationCodeableConcept"])
        subject.identify(
            assembly, context, context.source.urn, key, rxa[2].value.strip(), rxa[3].value.strip(), code
        )
    else:
        subject.by_position(assembly, context)
    orders = prescription.references(assembly, context)
    draft.put("request", orders[0] if orders else None, *prescription.places(assembly, context))
    subject.put_encounter(assembly, context, "context")
    _time(rxa, assembly, context)
    _dosage(rxa, assembly, context)
    told = context.valued(rxa, 21, 20) or [context.at(rxa)]
    draft.put("status", _status(rxa, assembly, context), *told)
    draft.event_time = prescription.time(assembly, context)
    return True


def _time(rxa: Segment, assembly: Assembly, context: Context) -> None:
    """RXA-3 and RXA-4; without a time, the message's."""
    context.place = context.at(rxa, "3")
    start, end = (dtm.date_time(rxa[n].first, context) if rxa[n] else None for n in (3, 4))
    draft = assembly.draft
    if start and end and start != end:
        draft.put("effectivePeriod", dr.ordered(start, end, context), *context.valued(rxa, 3, 4))
    draft.put("effectiveDateTime", start or end, *context.valued(rxa, 3, 4))
    if context.header.moment:
        draft.defaults["effectiveDateTime"] = context.header.moment
        if not start and not end:
            draft.trace("effectiveDateTime", context.header.moment_place)


def _dosage(rxa: Segment, assembly: Assembly, context: Context) -> None:
    """FHIR wants a dose in a dosage (mad-1): without one, the way is listed."""
    value = rxa[6].value.strip()
    dose = nm.decimal(value) if value not in ("", "999") else None
    if dose is None:
        for segment in assembly.segments:
            if segment.name == "RXR":
                context.leave(context.at(segment))
        if value not in ("", "999"):
            context.leave(context.at(rxa, "6"))
        return
    rxr = assembly.segment("RXR")
    units = nm.unit(rxa[7].first, context) if rxa[7] else {}
    places = [*context.valued(rxa, 6, 7), *context.valued(rxr, *READ)]
    dosage = route(rxr, context) | {"dose": {"value": dose} | units}
    assembly.draft.put("dosage", dosage, *places)


def _status(rxa: Segment, assembly: Assembly, context: Context) -> str:
    if rxa[21].value.strip().upper() == "D":
        return "entered-in-error"
    known = context.find("AdministrationStatus", rxa[20].value.strip()) if rxa[20] else None
    if rxa[20] and not known:
        context.leave(context.at(rxa, "20"))
    return known.code if known else "completed"
