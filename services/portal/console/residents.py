"""Residents as the console names them: by name and the end of the number where the officer may know them.

Who may is decided as always: a privacy officer as with a resident before him, a steward as where he compares
records. To anybody else it is a short case number, one for all records of a person.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

from auth.principal import Principal
from auth.roles import Role
from fhir.outcome import Refusal
from fhir.summary.patient import citizen_number, names_of
from fhir.summary.reading import patient_of
from services.portal.visit import Visit, context_of

_END, _SHORT = 4, 8


@dataclass(frozen=True, slots=True)
class Resident:
    """What one is called; without a `name` it is the case number alone. `number` is the end of the citizen
    number."""

    case: str
    name: str = ""
    number: str = ""


async def residents(visit: Visit, patients: Iterable[str]) -> dict[str, Resident]:
    """Each of `patients` (`Patient/<id>`), as the officer may know him."""
    asked = sorted(set(patients))
    linked = await visit.platform.store.persons.linked(asked)
    # At once, so that they share queries.
    found = await asyncio.gather(*(_resident(visit, each, _case(visit, linked[each])) for each in asked))
    return dict(zip(asked, found, strict=True))


async def numbered(visit: Visit, patients: Iterable[str]) -> dict[str, Resident]:
    """Each by his case number alone."""
    linked = await visit.platform.store.persons.linked(sorted(set(patients)))
    return {each: Resident(_case(visit, members)) for each, members in linked.items()}


def _case(visit: Visit, members: Iterable[str]) -> str:
    return visit.platform.store.keyed(f"case {min(members)}")[:_SHORT].upper()


async def _resident(visit: Visit, patient: str, case: str) -> Resident:
    context = context_of(visit.platform, _before(visit.principal, patient))
    try:
        found = await patient_of(context, patient)
    except Refusal:
        return Resident(case)
    number = citizen_number(found) or ""
    return Resident(case, next(iter(names_of(found)), ""), number[-_END:])


def _before(officer: Principal, patient: str) -> Principal:
    """The officer, with this resident before him."""
    if officer.role is Role.PRIVACY:
        return replace(officer, attends=patient)
    return replace(officer, compares=True) if officer.role is Role.STEWARD else officer
