"""Snapshot: a list that a message gave whole.

hl7v2.md, checklist 43. Segments without an action code (AL1, DG1, NK1, IN1) are the sender's whole list
whenever at least one is there: what this source told before and now leaves out is no longer so.

When each source last told of a resource is remembered beside it (`listed`), when it last gave a whole list
beside the owner (`given`): so the order of delivery does not matter, and no source takes out what another
one tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from fhir.resource import Resource

Memory = dict[str, Any]
_EVENTS = frozenset(("A01", "A04", "A08", "A28", "A31"))
_OWNERS = {
    "AllergyIntolerance": ("patient", "AL1"),
    "Condition": ("encounter", "DG1"),
    "RelatedPerson": ("patient", "NK1"),
    "Coverage": ("beneficiary", "IN1"),
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The message tells all resources of `type` whose `element` refers to `owner`."""

    type: str
    element: str
    owner: str


def snapshots(kept: list[Assembly], context: Context) -> list[Snapshot]:
    """The lists that a message gives whole; empty unless its event is one that does."""
    if not context.header.first_hand or context.header.trigger not in _EVENTS:
        return []
    found: dict[Snapshot, None] = {}
    for assembly in kept:
        element, segment = _OWNERS.get(assembly.type, ("", ""))
        owner = assembly.draft.elements.get(element, {}) if element else {}
        if owner and assembly.first.name == segment:
            found[Snapshot(assembly.type, element, owner["reference"])] = None
    return list(found)


def owner(resource: Resource) -> str:
    """In whose list a resource stands (`Patient/id`, `Encounter/id`); empty for what is in none."""
    element, _ = _OWNERS.get(resource["resourceType"], ("", ""))
    return str((resource.get(element) or {}).get("reference", "")) if element else ""


def told_by(memory: Mapping[str, Any], source: str, time: str) -> Memory:
    """The memory of a resource of which a source has told; `time` as of `Conversion.told`."""
    listed = dict(memory.get("listed") or {})
    return {**memory, "listed": listed | {source: max(time, listed.get(source, ""))}}


def gave(memory: Mapping[str, Any], type: str, source: str, time: str) -> Memory:
    """The memory of an owner of whom a source has given a whole list."""
    given = dict(memory.get("given") or {})
    of_type = dict(given.get(type) or {})
    return {**memory, "given": given | {type: of_type | {source: max(time, of_type.get(source, ""))}}}


def as_told(resource: Resource, memory: Mapping[str, Any]) -> tuple[Resource, Memory]:
    """A resource as it was before a list left it out."""
    kept = {name: value for name, value in memory.items() if name != "left_out"}
    return resource | (memory.get("left_out") or {}), kept


def in_its_list(
    resource: Resource, memory: Mapping[str, Any], owners: Mapping[str, Any]
) -> tuple[Resource, Memory]:
    """A resource `as_told`, inactive where every source that told of it has left it out since.

    `owners` is the memory of its owner.
    """
    given = (owners.get("given") or {}).get(resource["resourceType"]) or {}
    if not _is_left_out(memory, given):
        return resource, dict(memory)
    result = retired(resource)
    former = {name: resource[name] for name in result if name in resource and result[name] != resource[name]}
    return result, {**memory, "left_out": former} if former else dict(memory)


def _is_left_out(memory: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    listed = memory.get("listed")
    if listed is None:  # from before it was remembered who told of it
        times = memory.get("times") or {}
        last = max(times.values(), default="").partition(" ")[2]
        return bool(times) and any(time > last for time in given.values())
    return bool(listed) and all(given.get(source, "") > time for source, time in listed.items())


def retired(resource: Resource) -> Resource:
    """A resource that its source no longer lists: inactive, never deleted; one in error stays as it is."""
    kind = resource["resourceType"]
    if any(one.get("code") == "entered-in-error" for one in _verification(resource)):
        return resource
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


def _verification(resource: Resource) -> list[dict[str, Any]]:
    return (resource.get("verificationStatus") or {}).get("coding") or []
