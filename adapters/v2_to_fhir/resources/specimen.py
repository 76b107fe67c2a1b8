"""Specimen of SPM, or of OBR-15 before v2.5.

The guide's SPM[Specimen], OBR[Specimen]; hl7v2.md, checklist 18.
"""

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dr, dtm
from adapters.v2_to_fhir.resources import subject


def complete(assembly: Assembly, context: Context) -> bool:
    """The Specimen's id, patient and time of collection; False when OBR names none, or an SPM does."""
    draft = assembly.draft
    spm = assembly.segment("SPM")
    by_spm = any(one.segment("SPM") for one in assembly.scope.all("Specimen"))
    if spm is None and (by_spm or not draft.elements):
        if by_spm and assembly.first[15]:
            context.leave(context.at(assembly.first, "15"))
        return False
    if spm and spm[17]:
        _collected(assembly, context)
    _identify(assembly, context)
    draft.put("subject", subject.patient(assembly))
    report = next((one for one in assembly.scope.all("DiagnosticReport") if one.draft.id), None)
    if report:
        report.draft.add("specimen", "SPM", [{"reference": draft.reference}])
    draft.event_time = report.draft.event_time if report else context.header.event_time
    return True


def _identify(assembly: Assembly, context: Context) -> None:
    numbers = assembly.draft.elements.get("identifier")
    report = next((one for one in assembly.scope.all("DiagnosticReport") if one.draft.id), None)
    if numbers:
        subject.identify(assembly, context, numbers[-1]["system"], numbers[-1]["value"])
    elif report:
        subject.identify(assembly, context, report.draft.id, assembly.first[1].value.strip())
    else:
        subject.by_position(assembly, context)


def _collected(assembly: Assembly, context: Context) -> None:
    spm = assembly.first
    context.place = context.at(spm, "17")
    value = spm[17].first
    if value[2]:
        assembly.draft.put("collection.collectedPeriod", dr.period(value, context))
    else:
        assembly.draft.put("collection.collectedDateTime", dtm.date_time(value[1], context))
    if not any(element.startswith("collection.collected") for element in assembly.draft.elements):
        context.leave(context.place)
