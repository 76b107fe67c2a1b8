"""NTE: a comment, as a note of the resource before it.

The guide's NTE[Observation], NTE[ServiceRequest]. DiagnosticReport has no note in R4: there the comment is a
line of `conclusion`.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm, xcn
from adapters.v2_to_fhir.draft import Draft

ELEMENTS = {
    "Observation": "note",
    "DiagnosticReport": "conclusion",
    "AllergyIntolerance": "note",
    "Condition": "note",
    "Immunization": "note",
    "MedicationRequest": "note",
    "MedicationDispense": "note",
    "MedicationAdministration": "note",
    "Specimen": "note",
    "Procedure": "note",
    "ServiceRequest": "note",
    "ChargeItem": "note",
    "Goal": "note",
    "CarePlan": "note",
    "Appointment": "comment",
}
"""The resource types that can hold a comment, and where."""


def annotate(draft: Draft, segment: Segment, context: Context) -> bool:
    """Put the comment of an NTE into `draft`; False when there is no text."""
    field = segment[3]
    element = ELEMENTS[draft.type]
    if field.null:
        if element in ("conclusion", "comment"):
            draft.nulls.add(element)
        else:
            draft.add(element, "NTE", [])
        return True
    text = "\n".join(str(repetition).strip() for repetition in field.repetitions if repetition)
    if not text:
        return False
    if element in ("conclusion", "comment"):
        known = draft.elements.get(element)
        draft.elements[element] = f"{known}\n{text}" if known else text
        draft.trace(element, *context.valued(segment, 3))
    else:
        note = _annotation(text, segment, context)
        draft.add(element, "NTE", [note], *context.valued(segment, 3, 5, 6))
    return True


def _annotation(text: str, segment: Segment, context: Context) -> dict[str, Any]:
    who = xcn.practitioner(segment[5].first, context) if segment[5] else None
    when = dtm.date_time(segment[6].first, context) if segment[6] else None
    author: dict[str, Any] = {}
    if who:
        author = {"authorReference": who} if "reference" in who else {"authorString": who["display"]}
    return author | ({"time": when} if when else {}) | {"text": text}
