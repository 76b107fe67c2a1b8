"""SearchParameter: what a resource type can be searched by, ready for use.

FHIR R4 3.1.1.4 (search.html#all, #ptypes) and searchparameter-registry.html; the Patient compartment is
compartmentdefinition-patient.html. Rows come from `fhir.definitions` and are read once a type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType

from fhir.definitions.compartments import patient_compartment
from fhir.definitions.search_parameters import search_parameters, types
from fhir.search.walker import Location, location

INDEXED = frozenset({"token", "string", "reference", "date", "uri"})
PERSONS = frozenset({"Patient", "Person", "RelatedPerson", "Practitioner"})
_NAMING = frozenset({"HumanName", "Address"})


@dataclass(frozen=True)
class SearchParameter:
    """One parameter of one resource type."""

    base: str
    code: str
    type: str
    locations: tuple[Location, ...] = ()
    targets: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> str:
        """What its tokens and dates begin with: `Observation.code`."""
        return f"{self.base}.{self.code}"

    @cached_property
    def searchable(self) -> bool:
        """Whether it is indexed, so that a query may use it."""
        return self.type in INDEXED and bool(self.locations)

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
    """All parameters that R4 defines for a type, searchable here or not; KeyError for an unknown type."""
    return MappingProxyType(
        {
            code: SearchParameter(
                type,
                code,
                row["type"],
                tuple(location(path) for path in row.get("paths", ())),
                types() if row.get("target") == ["*"] else frozenset(row.get("target", ())),
            )
            for code, row in search_parameters(type).items()
        }
    )


@cache
def parameters(type: str) -> Mapping[str, SearchParameter]:
    """The searchable parameters of a type by code (what a CapabilityStatement lists); KeyError as above."""
    return MappingProxyType({code: each for code, each in definitions(type).items() if each.searchable})


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
