"""Source: which institution a line comes from, and when each institution's data last came.

A person is a set of source Patients; a resource that names no institution comes from its Patient's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fhir.resource import Resource, reference_of
from fhir.summary.coding import many
from fhir.summary.moment import Moment, moment
from fhir.summary.wording import Name

_PERFORMERS = (
    "serviceProvider",
    "custodian",
    "performer",
    "requester",
    "recorder",
    "asserter",
    "author",
    "informationSource",
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line comes from and its clinical date; either may be unknown. `reference` is its resource,
    `arrived` when that last came here, as the store writes it."""

    organization: str | None
    when: Moment | None
    arrived: str = field(default="", compare=False)
    reference: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Freshness:
    """When data of one institution last reached the platform."""

    organization: str | None
    received: Moment


def target(reference: Any) -> str:
    """`Type/id` of a Reference, its base and version cut off; "" where there is none."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    return _local(str(text)) if text else ""


@lru_cache(maxsize=4096)
def _local(text: str) -> str:
    parts = text.split("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else text


class Sources:
    """The institutions behind the resources of one file."""

    def __init__(self, patients: Iterable[Resource], organizations: Mapping[str, Resource]) -> None:
        self._organizations = organizations
        self._of_patient = {f"Patient/{p['id']}": p.get("managingOrganization") for p in patients}

    def organization(self, resource: Resource) -> str | None:
        """The name of the institution that a resource comes from."""
        for element in _PERFORMERS:
            if element not in resource:
                continue
            for value in many(resource[element]):
                reference = value.get("actor", value) if isinstance(value, dict) else None
                if target(reference).startswith("Organization/"):
                    return self._name(reference)
        return self._name(self._of_patient.get(owner_of(resource)))

    def origin(self, resource: Resource, when: Moment | None) -> Origin:
        """The institution and the date of one line."""
        reference = reference_of(resource) if "id" in resource else ""
        return Origin(self.organization(resource), when, arrived(resource), reference)

    def freshness(self, resources: Iterable[Resource]) -> list[Freshness]:
        """Per institution the last arrival of anything that is about a person, newest first."""
        arrivals: dict[str | None, str] = {}
        for resource in filter(owner_of, resources):
            name = self.organization(resource)
            arrivals[name] = max(arrived(resource), arrivals.get(name, ""))
        rows = [Freshness(name, received) for name, last in arrivals.items() if (received := moment(last))]
        return sorted(rows, key=lambda row: row.received, reverse=True)

    def _name(self, reference: Any) -> str | None:
        known = self._organizations.get(target(reference), {})
        name = known.get("name") or (reference or {}).get("display")
        return Name(name) if name else None


def arrived(resource: Resource) -> str:
    """When it last came here, as the store writes it: instants that sort as texts."""
    return str((resource.get("meta") or {}).get("lastUpdated") or "")


def owner_of(resource: Resource) -> str:
    """The Patient that a resource is about: `Patient/<id>`, itself if it is one."""
    if resource.get("resourceType") == "Patient":
        return f"Patient/{resource.get('id')}"
    return target(resource.get("subject") or resource.get("patient") or resource.get("beneficiary"))
