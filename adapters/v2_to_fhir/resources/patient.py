"""Patient of PID and PD1, and the prior one of MRG.

The guide's PID[Patient]; hl7v2.md, checklist 33, 42, 49 and 53. A Patient is one patient of one assigning
authority: the same person at two hospitals is two Patients that a person links.
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.datatypes.cx import HEALTH_CARD
from adapters.v2_to_fhir.draft import FIRST_HAND, SECOND_HAND, SHELL, Draft
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.source import Source
from fhir.matching import citizen_number

NATIONAL_TYPES = frozenset(("NI", "CZ", "PPN", "SS", "SB", "JHN", "HC", "MI", "DL", "TRL", "PRC", "NH"))
VISIT_TYPES = frozenset(("VN", "AN", "ACSN", "BC", "BR"))
_ACTIVE = {"A01": True, "A04": True, "A05": True, "A28": True, "A29": False}
"""What events say of the record itself: A29 deletes it, who is registered or admitted after that has one."""
MERGED = frozenset(("A18", "A30", "A34", "A36", "A39", "A40"))
RENUMBERED = frozenset(("A43", "A46", "A47", "A48"))
"""The events after which the patient of MRG is the one of PID; of the second kind it may have been before."""
NAMING = MERGED | {"A24", "A35", "A37", "A41", "A42", "A44", "A45", "A49", "A50", "A51"}
"""The events whose PID says who is meant: a list of numbers there is not the whole list."""
_PRIOR = {"MRG-1": "PID-3", "MRG-4": "PID-2", "MRG-2": "PID-4", "MRG-7": "PID-5"}
"""The fields that say the same of a patient who is there: their word replaces that of MRG."""


def complete(assembly: Assembly, context: Context) -> bool:
    """The Patient's id, its hospital and the time of birth."""
    draft = assembly.draft
    draft.standing = FIRST_HAND if _tells(context) else SECOND_HAND
    draft.event_time = context.header.event_time
    draft.source = context.source.code
    if assembly.first.name == "MRG":
        _prior(draft)
    elif context.header.first_hand:
        draft.put("active", _ACTIVE.get(context.header.trigger), "MSH[1]-9")
    draft.put("managingOrganization", {"reference": context.source.organization})
    draft.defaults["active"] = True
    if assembly.first.name == "MRG" and not draft.elements.get("identifier"):
        return False
    _identify(assembly, context)
    if assembly.first.name == "MRG" and context.header.trigger not in MERGED | RENUMBERED:
        context.represented.add(assembly.first.index)
        return False
    pid = assembly.segment("PID")
    if pid and len(pid[7].value.strip()) > 8 and "birthDate" in draft.elements:
        extension = dtm.birth_time(pid[7].first, context)
        draft.put("_birthDate", {"extension": [extension]} if extension else None, *context.valued(pid, 7))
    return True


def _identify(assembly: Assembly, context: Context) -> None:
    draft = assembly.draft
    number = primary(draft.elements.get("identifier", []))
    if number is None:
        context.place = context.at(assembly.first, "1" if assembly.first.name == "MRG" else "3")
        context.warn("a patient without any number")
        subject.by_position(assembly, context)
        return
    draft.authority = number["system"]
    key = (number["system"], number["value"])
    if national(number):
        key = (context.source.urn, *key)  # type: ignore[assignment]
    draft.id = context.identified("Patient", *key)


def _tells(context: Context) -> bool:
    """Is the message about what PID says? A merge, a move or a link only names who is meant."""
    return context.header.first_hand and context.header.trigger not in NAMING


def _prior(draft: Draft) -> None:
    """MRG only fills gaps, under the names of the fields of PID."""
    draft.standing = SHELL
    for parts in draft.lists.values():
        for field, name in _PRIOR.items():
            if field in parts:
                parts[name] = parts.pop(field)


def authority(number: dict[str, Any], source: Source) -> str:
    """Who assigned a number: the source itself whatever its kind, or the authority that the message names."""
    system = str(number["system"])
    if national(number):
        return source.urn
    if not system.startswith(f"{source.urn}:"):
        return system
    return system.removeprefix(f"{source.urn}:").partition(":")[2] or source.urn


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
