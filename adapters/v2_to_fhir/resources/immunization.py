"""Immunization of RXA, RXR and ORC.

The guide's RXA[Immunization], RXR[Immunization], ORC[Immunization].
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import nm
from adapters.v2_to_fhir.resources import subject

_NO_DOSE = frozenset(("999", "0"))


def complete(assembly: Assembly, context: Context) -> bool:
    """The Immunization's id, state, dose and time; False without a vaccine or a patient."""
    rxa, draft = assembly.segment("RXA"), assembly.draft
    if rxa is None or "vaccineCode" not in draft.elements:
        subject.leave(assembly, context, "a vaccination without a vaccine")
        return False
    if not subject.belongs(assembly, context, "patient"):
        return False
    _identify(assembly, context)
    if rxa[21].value.strip().upper() == "D":
        draft.elements["status"] = "entered-in-error"
    draft.defaults["status"] = "completed"
    if "occurrenceDateTime" not in draft.elements:
        draft.defaults["occurrenceString"] = "unknown"
    draft.put("encounter", subject.encounter(assembly))
    amount = nm.decimal(rxa[6].value) if rxa[6] else None
    if amount is not None and rxa[6].value.strip() not in _NO_DOSE:
        draft.put("doseQuantity", {"value": amount} | (nm.unit(rxa[7].first, context) if rxa[7] else {}))
    draft.event_time = context.header.event_time
    return True


def _identify(assembly: Assembly, context: Context) -> None:
    """By the filler's number, else by patient, vaccine and time."""
    elements: dict[str, Any] = assembly.draft.elements
    numbers = elements.get("identifier")
    code = subject.concept_key(elements["vaccineCode"])
    if numbers:
        subject.identify(assembly, context, numbers[-1]["system"], numbers[-1]["value"], code)
    else:
        given = str(elements.get("occurrenceDateTime", ""))
        subject.identify(assembly, context, elements["patient"]["reference"], code, given)
