"""Immunization of RXA, RXR and ORC.

The guide's RXA[Immunization], RXR[Immunization], ORC[Immunization].
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, nm
from adapters.v2_to_fhir.resources import subject

_NO_DOSE = frozenset(("999", "0"))
_NEW = "00"


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
        draft.trace("status", *context.valued(rxa, 21))
    draft.defaults["status"] = "completed"
    if "occurrenceDateTime" not in draft.elements:
        draft.defaults["occurrenceString"] = "unknown"
    subject.put_encounter(assembly, context)
    _origin(rxa, assembly, context)
    amount = nm.decimal(rxa[6].value) if rxa[6] else None
    if amount is not None and rxa[6].value.strip() not in _NO_DOSE:
        units = nm.unit(rxa[7].first, context) if rxa[7] else {}
        draft.put("doseQuantity", {"value": amount} | units, *context.valued(rxa, 6, 7))
    draft.event_time = context.header.event_time
    return True


def _origin(rxa: Segment, assembly: Assembly, context: Context) -> None:
    """RXA-9, table NIP001: 00 is a new record, another code the origin of an old one. RXA-4 repeats RXA-3."""
    if rxa[4] and rxa[4].value.strip() != rxa[3].value.strip():
        context.leave(context.at(rxa, "4"))
    told, place = rxa[9].first, context.at(rxa, "9")
    code = told[1].value.strip()
    if code == _NEW:
        assembly.draft.put("primarySource", True, place)
    elif code and told[3].value.strip().upper() == "NIP001":
        assembly.draft.put("primarySource", False, place)
        context.place = place
        assembly.draft.put("reportOrigin", cwe.codeable_concept(told, context), place)
    elif told:
        assembly.draft.add("note", "RXA-9", [{"text": cwe.text(told, context) or code}], place)


def _identify(assembly: Assembly, context: Context) -> None:
    """By the filler's number, else by patient, vaccine and time."""
    elements: dict[str, Any] = assembly.draft.elements
    numbers = elements.get("identifier")
    code = subject.concept_key(context, elements["vaccineCode"])
    if numbers:
        known = subject.number(numbers)
        subject.identify(assembly, context, known["system"], known["value"], code)
    else:
        given = str(elements.get("occurrenceDateTime", ""))
        subject.identify(assembly, context, elements["patient"]["reference"], code, given)
