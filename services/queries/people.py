"""People: the residents that source Patients are, as far as who asks may see them.

A person is all linked Patients (`fhir.store.persons`). What is shown of one comes from those that are in
use; the asker's own first, then the one that changed last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.matching.features import own_identifiers
from fhir.resource import Resource, reference_of
from fhir.store import Stored

_OF_A_VISIT = frozenset(("VN", "AN", "ACSN"))
_NO_PATIENTS_NUMBER = _OF_A_VISIT | {"BC"}
"""Types of numbers that are no patient's: of visits, and of bank cards."""


@dataclass(frozen=True, slots=True)
class Person:
    """One resident: the Patients of him that may be seen; `key` is the same whatever found him."""

    key: str
    patients: tuple[Resource, ...]

    @property
    def references(self) -> tuple[str, ...]:
        """The Patients, as an audit record names them."""
        return tuple(reference_of(patient) for patient in self.patients)

    @property
    def birth_date(self) -> str:
        """When he was born, as far as it is known."""
        return next((patient["birthDate"] for patient in self.patients if patient.get("birthDate")), "")

    def identifiers(self) -> list[dict[str, Any]]:
        """His numbers that are in use, each once."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for patient in self.patients:
            for each in own_identifiers(patient):
                if not _types(each) & _NO_PATIENTS_NUMBER:
                    found.setdefault((str(each.get("system")), str(each.get("value"))), each)
        return list(found.values())


def _types(identifier: dict[str, Any]) -> set[str]:
    return {str(each.get("code")) for each in identifier.get("type", {}).get("coding", ())}


async def people(context: Context, rows: Sequence[Stored]) -> dict[str, Person]:
    """For each of `rows` (Patients) whose person has a Patient in use that may be seen: that person."""
    linked = await context.store.persons.linked([row.reference for row in rows])
    members = {each for person in linked.values() for each in person}
    seen = {
        row.reference: row
        for row in (*rows, *await _others(context, members - {row.reference for row in rows}))
    }
    made: dict[str, Person] = {}
    found: dict[str, Person] = {}
    for row in rows:
        key = min(linked[row.reference])
        if key not in made:
            made[key] = Person(
                key, _in_use(context, (seen[each] for each in linked[row.reference] if each in seen))
            )
        if made[key].patients:
            found[row.reference] = made[key]
    return found


async def _others(context: Context, references: Iterable[str]) -> list[Stored]:
    wanted = sorted(references)
    if not wanted:
        return []
    constraint = await context.permit("Patient", Action.READ)
    named = {"_id": {"$in": wanted}, "owner": {"$in": wanted}}
    return await context.store.resources.search(named, constraint, limit=len(wanted))


def _in_use(context: Context, rows: Iterable[Stored]) -> tuple[Resource, ...]:
    newest = sorted(rows, key=lambda row: (row.updated, row.reference), reverse=True)
    patients = [patient for row in newest if (patient := row.resource()).get("active") is not False]
    return tuple(sorted(patients, key=lambda patient: not _is_own(context, patient)))


def _is_own(context: Context, patient: Resource) -> bool:
    return bool(patient.get("managingOrganization", {}).get("reference") == context.house)
