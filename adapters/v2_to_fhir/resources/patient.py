"""Patient of PID and PD1.

The guide's PID[Patient]; hl7v2.md, checklist 33, 42 and 53. A Patient is one patient of one assigning
authority: the same person at two hospitals is two Patients that a person links.
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.datatypes.cx import HEALTH_CARD
from adapters.v2_to_fhir.draft import FIRST_HAND, SECOND_HAND
from adapters.v2_to_fhir.resources import subject
from fhir.matching import citizen_number

NATIONAL_TYPES = frozenset(("NI", "CZ", "PPN", "SS", "SB", "JHN", "HC", "MI", "DL", "TRL", "PRC", "NH"))
VISIT_TYPES = frozenset(("VN", "AN", "ACSN", "BC", "BR"))


def complete(assembly: Assembly, context: Context) -> bool:
    """The Patient's id, its hospital and the time of birth."""
    draft = assembly.draft
    draft.standing = FIRST_HAND if context.header.first_hand else SECOND_HAND
    draft.event_time = context.header.event_time
    draft.put("managingOrganization", {"reference": context.source.organization})
    draft.defaults["active"] = True
    pid = assembly.segment("PID")
    if pid and len(pid[7].value.strip()) > 8 and "birthDate" in draft.elements:
        extension = dtm.birth_time(pid[7].first, context)
        draft.put("_birthDate", {"extension": [extension]} if extension else None)
    number = primary(draft.elements.get("identifier", []))
    if number is None:
        context.place = context.at(assembly.first, "3")
        context.warn("a patient without any number")
        subject.by_position(assembly, context)
        return True
    draft.authority = number["system"]
    key = (number["system"], number["value"])
    if national(number):
        key = (context.source.urn, *key)  # type: ignore[assignment]
    draft.id = context.identified("Patient", *key)
    return True


def primary(numbers: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The number that a patient is known by: the hospital's own first, then a visit's, then a national one.

    A national number comes last: a source that sends it beside its own must not depend on it.
    """
    own = [number for number in numbers if not national(number)]
    return next((number for number in own if _type(number) not in VISIT_TYPES), None) or next(
        iter(own + numbers), None
    )


def national(number: dict[str, Any]) -> bool:
    """Whether the number follows the person from hospital to hospital."""
    return number["system"] in (citizen_number.SYSTEM, HEALTH_CARD) or _type(number) in NATIONAL_TYPES


def _type(number: dict[str, Any]) -> str:
    coding = number.get("type", {}).get("coding") or [{}]
    return str(coding[0].get("code", ""))
