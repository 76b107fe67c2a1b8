"""SearchParameter: what a resource type can be searched by, ready for use.

FHIR R4 3.1.1.4 (search.html#all, #ptypes) and searchparameter-registry.html; the Patient compartment is
compartmentdefinition-patient.html. Rows come from `fhir.definitions` and are read once a type;
`fhir.search.custom` adds what sites define.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from fhir.definitions.canonicals import search_parameter_url
from fhir.definitions.compartments import patient_compartment
from fhir.definitions.search_parameters import search_parameters, types
from fhir.search.walker import Location, Step, location, steps

INDEXED = frozenset(
    {"token", "string", "reference", "date", "uri", "number", "quantity", "composite", "special"}
)
PERSONS = frozenset({"Patient", "Person", "RelatedPerson", "Practitioner"})
WORDS = frozenset({"_text", "_content"})
_NAMING = frozenset({"HumanName", "Address"})
Row = dict[str, Any]

added: dict[str, dict[str, Row]] = {}
"""By resource type and code: rows that are not R4's own (see `fhir.search.custom`)."""


@dataclass(frozen=True)
class Place:
    """Where the parts of a composite stand together, and how each part is reached from there."""

    steps: tuple[Step, ...]
    parts: tuple["SearchParameter", ...]


@dataclass(frozen=True)
class SearchParameter:
    """One parameter of one resource type; `union` names those that together find what it finds."""

    base: str
    code: str
    type: str
    locations: tuple[Location, ...] = ()
    targets: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    union: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """What its tokens and dates begin with: `Observation.code`."""
        return f"{self.base}.{self.code}"

    @cached_property
    def parts(self) -> tuple["SearchParameter", ...]:
        """The parameters whose entries answer this one: itself, or those that it is the union of."""
        known = definitions(self.base)
        return tuple(known[code] for code in self.union) or (self,)

    @cached_property
    def searchable(self) -> bool:
        """Whether it is indexed, so that a query may use it."""
        return (self.type in INDEXED and bool(self.locations or self.places)) or self.code in WORDS

    @cached_property
    def personal(self) -> bool:
        """Whether its strings name a person, so that only keyed hashes of them are kept."""
        return self.type == "string" and self.base in PERSONS

    @cached_property
    def naming(self) -> bool:
        """Whether its strings are names or addresses, which are compared without their spaces."""
        return self.personal or all(place.type in _NAMING for place in self.locations)

    @cached_property
    def canonical(self) -> bool:
        """Whether it points at definitions by their canonical URL."""
        return any(place.type in ("canonical", "uri") for place in self.locations)


@cache
def definitions(type: str) -> Mapping[str, SearchParameter]:
    """All parameters of a type, searchable here or not; KeyError for an unknown type."""
    own = {code: row for code, row in added.get(type, {}).items() if not row.get("pending")}
    rows = {**search_parameters(type), **own}
    return MappingProxyType({code: parameter(type, code, row) for code, row in rows.items()})


@cache
def indexed(type: str) -> Mapping[str, SearchParameter]:
    """The parameters of a type that are written to the index; those that are `pending`, too.

    A pending one is not in the index for all old data yet, so that nobody may search by it.
    """
    rows = {**search_parameters(type), **added.get(type, {})}
    known = {code: parameter(type, code, row) for code, row in rows.items()}
    return MappingProxyType({code: each for code, each in known.items() if each.searchable})


def parameter(type: str, code: str, row: Row) -> SearchParameter:
    """The parameter that a compiled row describes."""
    composite = row["type"] == "composite"
    paths = row.get("paths", ())
    return SearchParameter(
        type,
        code,
        row["type"],
        () if composite else tuple(location(path) for path in paths),
        types() if row.get("target") == ["*"] else frozenset(row.get("target", ())),
        tuple(_place(type, code, row["parts"], path) for path in paths) if composite else (),
        tuple(row.get("union", ())),
    )


def _place(type: str, code: str, kinds: list[str], path: Row) -> Place:
    parts = (
        SearchParameter(type, code, kind, tuple(map(location, listed)), _targets(listed))
        for kind, listed in zip(kinds, path["parts"], strict=True)
    )
    return Place(steps(path), tuple(parts))


def _targets(paths: list[Row]) -> frozenset[str]:
    return frozenset(target for path in paths for target in path.get("target", ())) or types()


@cache
def parameters(type: str) -> Mapping[str, SearchParameter]:
    """The searchable parameters of a type by code (what a CapabilityStatement lists); KeyError as above."""
    return MappingProxyType({code: each for code, each in definitions(type).items() if each.searchable})


def canonical_url(type: str, code: str) -> str | None:
    """The URL of the definition of a parameter, where it has one."""
    own = added.get(type, {}).get(code)
    return str(own["url"]) if own and "url" in own else search_parameter_url(type, code)


@cache
def compartment(type: str) -> tuple[str, ...]:
    """The Patient-compartment parameters of a type, in the order in which an owner is looked for.

    `patient` goes first and `subject` second where they read the same element as a parameter of the
    compartment (Coverage.patient is Coverage.beneficiary); a type outside the compartment gives ().
    """
    listed = patient_compartment().get(type, ())
    known = definitions(type)
    elements = {place.steps for code in listed for place in known[code].locations}
    first = [
        code
        for code in ("patient", "subject")
        if code in known and any(place.steps in elements for place in known[code].locations)
    ]
    return tuple(dict.fromkeys((*first, *listed)))


@cache
def decides_owner(type: str, code: str) -> bool:
    """Whether a Patient found by this parameter is always the owner of the resource.

    True where the first compartment parameter reads one element that cannot repeat, and so does this one.
    """
    order = compartment(type)
    if not order or type == "Patient":
        return False
    first, asked = definitions(type)[order[0]].locations, definitions(type)[code].locations
    alone = len(first) == 1 and len(asked) == 1 and not any(step.many for step in first[0].steps)
    return alone and first[0].steps == asked[0].steps


def forget() -> None:
    """Clear what was read, after rows were added or withdrawn."""
    for each in (definitions, parameters, indexed, compartment, decides_owner):
        each.cache_clear()
