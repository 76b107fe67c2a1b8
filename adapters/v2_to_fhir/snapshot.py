"""Snapshot: a list that a message gave whole.

hl7v2.md, checklist 43. Segments without an action code (AL1, DG1, NK1, IN1) are the sender's whole list
whenever at least one is there: what this source told before and now leaves out is no longer so.
"""

from dataclasses import dataclass
from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from fhir.resource import Resource

_EVENTS = frozenset(("A01", "A04", "A08", "A28", "A31"))
_OWNERS = {
    "AllergyIntolerance": ("patient", "AL1"),
    "Condition": ("encounter", "DG1"),
    "RelatedPerson": ("patient", "NK1"),
    "Coverage": ("beneficiary", "IN1"),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All resources of `type` whose `element` refers to `owner` and that this source made are `ids`."""

    type: str
    element: str
    owner: str
    ids: frozenset[str]


def snapshots(kept: list[Assembly], context: Context) -> list[Snapshot]:
    """The lists that a message gives whole; empty unless its event is one that does."""
    if not context.header.first_hand or context.header.trigger not in _EVENTS:
        return []
    found: dict[tuple[str, str, str], set[str]] = {}
    for assembly in kept:
        element, segment = _OWNERS.get(assembly.type, ("", ""))
        owner = assembly.draft.elements.get(element, {}) if element else {}
        if owner and assembly.first.name == segment:
            key = (assembly.type, element, owner["reference"])
            found.setdefault(key, set()).add(assembly.draft.id)
    return [Snapshot(*key, frozenset(ids)) for key, ids in found.items()]


def retired(resource: Resource) -> Resource:
    """A resource that its source no longer lists: inactive, never deleted."""
    kind = resource["resourceType"]
    if kind == "RelatedPerson":
        return resource | {"active": False}
    if kind == "Coverage":
        return resource | {"status": "cancelled"}
    system = "allergyintolerance" if kind == "AllergyIntolerance" else "condition"
    coding: dict[str, Any] = {
        "system": f"http://terminology.hl7.org/CodeSystem/{system}-clinical",
        "code": "inactive",
    }
    return resource | {"clinicalStatus": {"coding": [coding]}}
