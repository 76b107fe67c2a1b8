"""Health file: all resources of one person that the reader may see, by type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fhir.resource import Resource
from fhir.summary.holding import holds
from fhir.summary.source import Sources

CLINICAL = (
    "AllergyIntolerance",
    "Condition",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationDispense",
    "Observation",
    "Encounter",
    "Immunization",
    "DocumentReference",
    "DiagnosticReport",
    "Flag",
    "Procedure",
    "DeviceUseStatement",
    "CarePlan",
)


@dataclass(frozen=True, slots=True)
class HealthFile:
    """The source Patients of a person, their resources, and the institutions that these name."""

    patients: list[Resource]
    resources: Mapping[str, list[Resource]]
    organizations: Mapping[str, Resource] = field(default_factory=dict)
    doctors: Mapping[str, Resource] = field(default_factory=dict)
    """The family doctors who are named, by reference."""
    withheld: frozenset[str] = frozenset()
    """The types that the authorization of the reader does not cover."""
    members: tuple[str, ...] = ()
    """The references of all Patients of the person, whether the reader may see them or not."""
    _held: dict[str, list[Resource]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types."""
        return [resource for type in types for resource in self.resources.get(type, [])]

    def holding(self, *types: str) -> list[Resource]:
        """Those of some types that hold."""
        return [resource for type in types for resource in self._holding(type)]

    def _holding(self, type: str) -> list[Resource]:
        if type not in self._held:
            self._held[type] = [resource for resource in self.of(type) if holds(resource)]
        return self._held[type]

    @property
    def sources(self) -> Sources:
        """Who sent what."""
        return Sources(self.patients, self.organizations)

    def everything(self) -> Iterator[Resource]:
        """Patients and all their resources."""
        yield from self.patients
        for resources in self.resources.values():
            yield from resources


def health_file(resources: Iterable[Resource]) -> HealthFile:
    """A file from loose resources, Patients and Organizations among them."""
    by_type: dict[str, list[Resource]] = {}
    for resource in resources:
        by_type.setdefault(resource["resourceType"], []).append(resource)
    organizations = {f"Organization/{o['id']}": o for o in by_type.pop("Organization", [])}
    return HealthFile(by_type.pop("Patient", []), by_type, organizations)
