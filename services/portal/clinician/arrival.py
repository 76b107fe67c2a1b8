"""Arrival: a resident who shows a card or number is open to the organisation for 24 hours.

Issue 2, "Access". Only a whole number that belongs to exactly one person opens anything, and the audit record
names that person, so that the resident sees it.
"""

from dataclasses import replace

from auth.access import AccessOf
from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Trail
from fhir.interactions.read import seen
from fhir.interactions.search import search
from fhir.matching.citizen_number import SYSTEM, normalise, valid
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.store import EVERYONE
from services.portal.visit import Visit

HEALTH_CARD = "urn:oid:2.16.156.10011.1.19"
SHORTEST, MOST = 6, 50


class Ambiguous(Exception):
    """A number that more than one person holds; the `patients` that bear it."""

    def __init__(self, patients: list[Resource]) -> None:
        super().__init__()
        self.patients = patients


async def arrive(visit: Visit, typed: str) -> str | None:
    """Relate the resident with this number to the clinician's organisation; the Patient, or None if nobody.

    Whom the clinician could not read even then (a denial, a closed file) is nobody to him, and is told of it.

    Refusal (403) for a clinician of no organisation; Ambiguous where the number names several persons.
    """
    organization = visit.principal.organization
    if organization is None or visit.principal.practitioner is None:
        raise Refusal(Fault.FORBIDDEN, "the account names no practitioner at an organisation")
    found = await holder(visit, typed)
    if found is None:
        return None
    person, _ = found
    visit.note(patients=person, entity=person[0])
    if not await _would_see(visit, organization, person):
        return None
    await visit.record_ahead()
    await visit.platform.relations.arrive(None, person[0], organization, "arrival", visit.principal.id)
    return person[0]


async def _would_see(visit: Visit, organization: str, person: tuple[str, ...]) -> bool:
    """Could the clinician read who it is, were the person in his organisation's care?"""
    grounds = visit.platform.grounds
    related = grounds.relations.supposing({organization: frozenset(person)})
    access = AccessOf(visit.principal, replace(grounds, relations=related))
    context = replace(visit.context, access=access, trail=Trail())
    return await seen(context, "Patient", person[0].removeprefix("Patient/")) is not None


async def holder(visit: Visit, typed: str) -> tuple[tuple[str, ...], list[Resource]] | None:
    """All source Patients of the one person with this citizen or card number, and the Patients that bear it.

    Ambiguous where several persons do.
    """
    number = normalise(typed)
    if len(number) < SHORTEST:
        return None
    counter = replace(visit.context, access=_AnyPatient(), trail=Trail())
    asked = [("identifier", _identifier(number)), ("_count", str(MOST))]
    matches = (await search(counter, "Patient", asked)).matches
    linked = await visit.context.store.persons.linked([row.reference for row in matches])
    persons = {tuple(sorted(linked[row.reference])) for row in matches}
    if len(persons) > 1:
        raise Ambiguous([row.resource() for row in matches])
    return (persons.pop(), [row.resource() for row in matches]) if persons else None


class _AnyPatient:
    """The access of the counter where cards are shown: Patients by number, and nothing else."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        """Only the search of Patients."""
        if type == "Patient" and action is Action.SEARCH:
            return Permit(EVERYONE)
        return Deny("at the counter only Patients are looked up")


def _identifier(number: str) -> str:
    """Only what a resident carries: a hospital's own numbers run in order, so anybody could guess them."""
    citizen = valid(number)
    return f"{SYSTEM}|{citizen}" if citizen else f"{HEALTH_CARD}|{escaped(number)}"
