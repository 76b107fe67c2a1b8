"""XCN, CNN, NDL, PPN: a professional, as a reference to a Practitioner of the source.

The guide's XCN[Practitioner]. Somebody with a number becomes a Practitioner; a name alone may belong to two
people, so it is only the display of the reference.
"""

from typing import Any

from adapters.hl7v2.field import Component, Element
from adapters.hl7v2.placeholder import is_placeholder
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd, xpn
from adapters.v2_to_fhir.draft import SHELL, Draft

PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_DISPLAYS = {
    "ATND": "attender",
    "REF": "referrer",
    "CON": "consultant",
    "ADM": "admitter",
    "PART": "Participation",
}
_STAFF = "http://terminology.hl7.org/CodeSystem/v2-0203"


def practitioner(value: Element, context: Context) -> dict[str, Any] | None:
    """A Reference to the Practitioner; nothing when nobody is named."""
    parts = _parts(value)
    number, family = "" if is_placeholder(parts[0]) else parts[0], parts[1]
    given = [part for part in (parts[2], parts[3]) if part]
    if not family and not given and number and not number.isascii():
        number, family = "", number
    name = xpn.human_names(family, given, parts[5], parts[6])
    display = str(name.get("text", ""))
    if not number:
        return {"display": display} if display else None
    authority = hd.parts(value[9]) if not isinstance(value, Component) else ("", "", "")  # type: ignore[index]
    system = hd.uri(authority, context) or context.source.local("staff", authority[0])
    draft = Draft("Practitioner", context.identified("Practitioner", system, number), standing=SHELL)
    draft.authority = system
    identifier: dict[str, Any] = {"system": system, "value": number}
    entry = context.find("IdentifierType", parts[12]) if parts[12] else None
    if entry:
        identifier = {"type": {"coding": [{"system": _STAFF, "code": entry.code}]}} | identifier
    draft.put("identifier", [identifier])
    draft.put("name", [name] if name else None)
    return context.refer(draft, display)


def participant(value: Element, context: Context, type: str) -> dict[str, Any] | None:
    """Encounter.participant of a kind of table v3-ParticipationType."""
    who = practitioner(value, context)
    if who is None:
        return None
    coding = {"system": PARTICIPATION, "code": type, "display": _DISPLAYS[type]}
    return {"type": [{"coding": [coding]}], "individual": who}


def performer(value: Element, context: Context, function: str) -> dict[str, Any] | None:
    """Immunization.performer with its function of table 0443."""
    who = practitioner(value, context)
    if who is None:
        return None
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v2-0443", "code": function}
    return {"function": {"coding": [coding]}, "actor": who}


def actor(value: Element, context: Context) -> dict[str, Any] | None:
    """Procedure.performer."""
    who = practitioner(value, context)
    return {"actor": who} if who else None


def name_with_location(value: Element, context: Context) -> dict[str, Any] | None:
    """NDL: the professional stands in the sub-components of its first component."""
    first = value[1]  # type: ignore[index]
    return practitioner(first, context) if first else None


def _parts(value: Element) -> list[str]:
    if isinstance(value, Component):
        found = [str(sub).strip() for sub in value.subcomponents]
    else:
        found = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    return found + [""] * (13 - len(found))
