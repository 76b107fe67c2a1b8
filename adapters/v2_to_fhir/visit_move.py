"""Visit move: a visit or an account gets another number, goes into another one, or to another patient.

HL7 v2 chapter 3.3.35 to 3.3.51; hl7v2.md, checklist 52. What belongs to a visit refers to it, or is
referred to by what does (a specimen). The old one stays readable, `entered-in-error`, and names the new one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.v2_to_fhir import encounter
from adapters.v2_to_fhir.draft import FIRST_HAND
from adapters.v2_to_fhir.element import get, key, put
from adapters.v2_to_fhir.merge import fold
from adapters.v2_to_fhir.parts import Memory, joined, split, with_part
from adapters.v2_to_fhir.patient_link import FORMER, old, own
from fhir.references import targets
from fhir.resource import Resource

REPLACED_BY = "urn:furong:extension:replaced-by"
_FOLDED = frozenset(("status", "period", "location", "classHistory"))
_NOT_TAKEN = frozenset(("resourceType", "id", "meta", "identifier", "extension", "text"))
_BESIDE = frozenset(
    (
        "Account",
        "AuditEvent",
        "Encounter",
        "Location",
        "Organization",
        "Patient",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
    )
)
"""Types that belong to no visit, whatever refers to what."""


@dataclass(frozen=True, slots=True)
class Move:
    """From `time` on `before` is `after` (equal where the number stays) and `to`'s, not `source`'s.

    `place` is where the message says so, `former` its old numbers.
    """

    before: str
    after: str
    source: str
    to: str
    time: str
    place: str = ""
    former: tuple[dict[str, Any], ...] = ()

    @property
    def stamp(self) -> str:
        """How its word compares with those remembered beside an element."""
        return f"{FIRST_HAND} {self.time}"


def repointed(value: Any, names: Mapping[str, str]) -> Any:
    """JSON in which references to a key of `names` name its value; the same object where there are none."""
    if isinstance(value, dict):
        made = {name: _reference(name, one, names) for name, one in value.items()}
        return made if any(made[name] is not value[name] for name in made) else value
    if isinstance(value, list):
        listed = [repointed(one, names) for one in value]
        return listed if any(one is not other for one, other in zip(listed, value, strict=True)) else value
    return value


def _reference(name: str, value: Any, names: Mapping[str, str]) -> Any:
    if name == "reference" and isinstance(value, str):
        return names.get(value, value)
    return repointed(value, names)


def moved(
    resource: Resource, memory: Mapping[str, Any], names: Mapping[str, str], stamp: str
) -> tuple[Resource, Memory]:
    """A resource that belongs to a moved visit; an older message does not point it back."""
    result = repointed(resource, names)
    times, lists = dict(memory.get("times") or {}), dict(memory.get("lists") or {})
    for element in result:
        if result[element] is not resource[element]:
            times[key(element)] = max(stamp, str(times.get(key(element), "")))
            if element in lists:
                lists[element] = [[origin, count, max(stamp, time)] for origin, count, time in lists[element]]
    return result, {**memory, "times": times} | ({"lists": lists} if lists else {})


def belonging(resources: Mapping[str, Resource], visit: str) -> set[str]:
    """Those of `resources` that belong to a visit: that refer to it, and what they refer to in turn."""
    outward = {name: set(targets(one)) for name, one in resources.items() if owned(name) or name == visit}
    further = {name for name, named in outward.items() if visit in named or name == visit}
    found = set(further)
    while further:
        further = {name for one in further for name in outward[one] if name in outward} - found
        further = {name for name in further if not elsewhere(resources[name], {visit})}
        found |= further
    return found


def owned(reference: str) -> bool:
    """May a resource of this type belong to a visit?"""
    return reference.partition("/")[0] not in _BESIDE


def elsewhere(resource: Resource, visits: Collection[str]) -> bool:
    """Does a resource belong to another visit than these?"""
    return any(name.startswith("Encounter/") and name not in visits for name in targets(resource))


def absorbed(
    resource: Resource, memory: Mapping[str, Any], former: Resource, former_memory: Mapping[str, Any]
) -> tuple[Resource, Memory]:
    """A visit or an account with all in it that another one was: newer elements win, all events count."""
    result, times, lists = dict(resource), dict(memory.get("times") or {}), dict(memory.get("lists") or {})
    told = former_memory.get("times") or {}
    for element in _elements(former, told):
        name = key(element)
        if name in (former_memory.get("lists") or {}):
            _take_parts(result, lists, element, former, former_memory["lists"][name])
        elif get(result, element) is None or told.get(name, "") > times.get(name, ""):
            put(result, element, get(former, element))
            times |= {name: told[name]} if name in told else {}
    kept: Memory = {**memory, "times": times} | ({"lists": lists} if lists else {})
    if former_memory.get("events"):
        for event in former_memory["events"]:
            kept["events"] = encounter.remember(kept.get("events", ()), encounter.Event(**event))
        fold(result, kept["events"])
    return known_as(result, kept, former.get("identifier") or [])


def known_as(
    resource: Resource, memory: Mapping[str, Any], numbers: list[dict[str, Any]]
) -> tuple[Resource, Memory]:
    """With further numbers that it had, as `old` ones behind its own."""
    present = own(resource, memory)
    whole = resource.get("identifier") or []
    held = [one for one in whole if one not in present]
    return with_part(resource, memory, "identifier", FORMER, old([*held, *numbers], present))


def numbered(
    resource: Resource, memory: Mapping[str, Any], former: Resource, former_memory: Mapping[str, Any]
) -> tuple[Resource, Memory]:
    """With the numbers of what was the same one all along: they stay in use."""
    result, lists = dict(resource), dict(memory.get("lists") or {})
    _take_parts(result, lists, "identifier", former, (former_memory.get("lists") or {}).get("identifier", []))
    return result, {**memory, "lists": lists}


def _elements(resource: Resource, times: Mapping[str, str]) -> list[str]:
    """The elements of a resource as they are remembered: `a`, or `a.b` where the parts of `a` are."""
    found = []
    for name, value in resource.items():
        inner = [part for part in value if f"{name}/{part}" in times] if isinstance(value, dict) else []
        if name not in _NOT_TAKEN and not (name in _FOLDED and resource["resourceType"] == "Encounter"):
            found += [f"{name}.{part}" for part in inner] or [name]
    return found


def _take_parts(
    result: Resource, lists: Memory, element: str, former: Resource, counts: list[list[Any]]
) -> None:
    parts, rest = split(get(result, element) or [], lists.get(key(element), ()))
    for origin, (time, items) in split(get(former, element) or [], counts)[0].items():
        if origin not in parts or time > parts[origin][0]:
            parts[origin] = (time, items)
    whole, lists[key(element)] = joined(parts, rest)
    if whole:
        put(result, element, whole)


def superseded(
    resource: Resource, memory: Mapping[str, Any], after: str, time: str
) -> tuple[Resource, Memory]:
    """What a number was that is another one now: readable, in error, with the way to the new one."""
    extension = {"url": REPLACED_BY, "valueReference": {"reference": after}}
    kept = [one for one in resource.get("extension") or () if one.get("url") != REPLACED_BY]
    result = resource | {"status": "entered-in-error", "extension": [*kept, extension]}
    return result, {**memory, "replaced": {"by": after, "time": time}}
