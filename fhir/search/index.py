"""The search index of a resource: its owner, tokens, dates, values, texts and sort keys.

FHIR R4 3.1.1.4 (search.html) and compartmentdefinition-patient.html. Pure: the store keeps what comes out
beside the resource, in the shape in which `fhir.search.query` asks for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from fhir.resource import Resource, reference_of
from fhir.search.entries import Emit, Entries, Keyed, Text
from fhir.search.registry import SearchParameter, compartment, definitions, indexed
from fhir.search.sort import clinical_dates
from fhir.search.types import composite, content, date, near, number, quantity, reference, string, token, uri
from fhir.search.types.interval import FIRST
from fhir.search.walker import Location, Walk, below, walk

_MANY = 64
_KEPT_ELSEWHERE = frozenset({"_id", "_lastUpdated"})
EMITTERS: dict[str, Callable[[SearchParameter, Location], Emit | None]] = {
    "date": date.emitter,
    "number": number.emitter,
    "quantity": quantity.emitter,
    "reference": reference.emitter,
    "special": near.emitter,
    "string": string.emitter,
    "token": token.emitter,
    "uri": uri.emitter,
}


@dataclass(frozen=True, slots=True)
class Index:
    """What stands beside a stored resource; the owner is a reference, the position GeoJSON."""

    owner: str
    tokens: list[str]
    dates: list[dict[str, Any]]
    values: list[dict[str, Any]]
    texts: list[Text]
    sort: dict[str, int | None]
    position: dict[str, Any] | None = None


class _Part(NamedTuple):
    walk: Walk
    emit: Emit


def index(resource: Resource, keyed: Keyed) -> Index:
    """Index a resource that has an id; a Refusal where it has too much to be found by."""
    type = resource["resourceType"]
    entries = Entries(keyed, [type])
    plan, joined = _plan(type), _joined(type)
    for member, value in resource.items():
        for part in plan.get(member, ()):
            for position, each in enumerate(part.walk(value)):
                if position % _MANY == _MANY - 1:
                    entries.room()  # before the work, not after it
                part.emit(each, entries)
        for whole in joined.get(member, ()):
            whole(resource, entries)
        if isinstance(value, list) and len(value) > _MANY:
            entries.room()
    for test in _tests(type):
        test(resource, entries)
    content.emit(resource, entries)
    entries.room()
    owner, *further = compartments(resource)
    entries.tokens += [f"{type}.compartment|{each}" for each in further]
    return Index(
        owner,
        list(dict.fromkeys(entries.tokens)),
        _distinct(entries.dates),
        entries.values,
        list(dict.fromkeys(entries.texts)),
        {"date": _clinical(type, entries.dates)},
        entries.position,
    )


OWNING = {"Binary": "securityContext", "Device": "patient", "Task": "for"}
"""The member that names whose it is, of types that R4 leaves out of the Patient compartment."""


def compartments(resource: Resource) -> list[str]:
    """The owner of a resource that has an id, then the further Patients in whose compartment it lies."""
    type = resource["resourceType"]
    own = reference_of(resource)
    walks = _compartment_walks(type)
    found = dict.fromkeys(
        ref for walk in walks for value in walk(resource) if (ref := reference.patient(value))
    )
    if type in OWNING and (context := reference.patient(resource.get(OWNING[type]))):
        return [context]
    if type == "Patient" or not found:
        return [own, *(each for each in found if each != own)]
    return list(found)


def _distinct(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({tuple(each.items()): each for each in found}.values()) if len(found) > 1 else found


@cache
def _plan(type: str) -> dict[str, tuple[_Part, ...]]:
    """By member of the resource: what is indexed below it."""
    plan: dict[str, list[_Part]] = {}
    for location, emit in _emitters(type):
        if location.type != "test":
            plan.setdefault(location.steps[0].member, []).append(_Part(below(location.steps), emit))
    return {member: tuple(parts) for member, parts in plan.items()}


@cache
def _joined(type: str) -> dict[str, tuple[Emit, ...]]:
    """By member of the resource: the composites whose last part, or whose place, it is."""
    found: dict[str, list[Emit]] = {}
    for parameter in _indexed(type):
        for member, emit in composite.emitters(parameter):
            found.setdefault(member, []).append(emit)
    return {member: tuple(emits) for member, emits in found.items()}


@cache
def _tests(type: str) -> tuple[Emit, ...]:
    """What is indexed even where no member is there: `X.exists() and X != false` (Patient.deceased)."""
    return tuple(_test(location, emit) for location, emit in _emitters(type) if location.type == "test")


def _test(location: Location, emit: Emit) -> Emit:
    members = [step.member for step in location.steps]

    def test(resource: Any, entries: Entries) -> None:
        emit(any(resource.get(member) not in (None, False) for member in members), entries)

    return test


def _indexed(type: str) -> Iterator[SearchParameter]:
    """The parameters with entries of their own; a union is found by those of its parts."""
    for parameter in indexed(type).values():
        if parameter.code not in _KEPT_ELSEWHERE and not parameter.union:
            yield parameter


def _emitters(type: str) -> Iterator[tuple[Location, Emit]]:
    for parameter in _indexed(type):
        for location in parameter.locations:
            emit = EMITTERS[parameter.type](parameter, location)
            if emit is not None:
                yield location, emit


@cache
def _compartment_walks(type: str) -> tuple[Walk, ...]:
    known = definitions(type)
    paths = dict.fromkeys(location.steps for code in compartment(type) for location in known[code].locations)
    return tuple(walk(steps) for steps in paths)


def _clinical(type: str, dates: list[dict[str, Any]]) -> int | None:
    """The start of the first clinical date (of an open one the end); None where there is none."""
    for key in clinical_dates(type):
        starts: list[int] = [
            each["s"] if each["s"] != FIRST else each["e"] for each in dates if date.code_of(each["p"]) == key
        ]
        if starts:
            return min(starts)
    return None


def forget() -> None:
    """Clear what is compiled, after parameters were added or withdrawn."""
    for each in (_plan, _joined, _tests, _compartment_walks):
        each.cache_clear()
