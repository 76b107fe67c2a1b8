"""RelatedPerson and Patient.contact of NK1.

The guide's NK1[RelatedPerson], NK1[Patient]; hl7v2.md, rule 11: an employer, insurer or agency is only a
contact; everybody else is both.
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.resources import subject

_CONTACT_ONLY = frozenset(("EMR", "E", "F", "I", "S"))


def complete(assembly: Assembly, context: Context) -> bool:
    """The RelatedPerson's id and patient, and the patient's contact; False for a mere contact or nobody."""
    nk1, draft = assembly.first, assembly.draft
    patient = assembly.scope.one("Patient")
    contact = _contact(draft.elements)
    if patient is None or contact is None:
        subject.leave(
            assembly, context, "a next of kin without a name, phone or address, or without a patient"
        )
        return False
    places = dict.fromkeys(place for told in draft.origins.values() for place in told)
    patient.draft.add("contact", "NK1", [contact], *places)
    if nk1[3].value.strip().upper() in _CONTACT_ONLY:
        return False
    subject.put_patient(assembly, context, "patient")
    number = next(iter(draft.elements.get("identifier", ())), None)
    name = (draft.elements.get("name") or [{}])[0].get("text", "")
    relation = subject.concept_key(context, next(iter(draft.elements.get("relationship", ())), None))
    key = f"{number['system']}^{number['value']}" if number else f"{name}^{relation}"
    subject.identify(assembly, context, patient.draft.reference, key)
    draft.event_time = context.header.event_time
    draft.standing = patient.draft.standing
    draft.defaults["active"] = True
    return True


def _contact(elements: dict[str, Any]) -> dict[str, Any] | None:
    """Patient.contact of the same fields; None without a name, phone or address."""
    found: dict[str, Any] = {}
    if elements.get("relationship"):
        found["relationship"] = elements["relationship"]
    if elements.get("name"):
        found["name"] = elements["name"][0]
    if elements.get("telecom"):
        found["telecom"] = elements["telecom"]
    if elements.get("address"):
        found["address"] = elements["address"][0]
    if "gender" in elements:
        found["gender"] = elements["gender"]
    period = {end: elements[f"period.{end}"] for end in ("start", "end") if f"period.{end}" in elements}
    if period:
        found["period"] = period
    return found if {"name", "telecom", "address"} & set(found) else None
