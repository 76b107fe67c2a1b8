"""Arrival: a resident who shows a card or number is open to the organisation for 24 hours.

Issue 2, "Access". Only a whole number opens anything, and only where exactly one of those who bear it may be
seen; audit records name all of them, so that the residents see it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from auth.access import AccessOf
from auth.audit.record import Outcome
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

Person = tuple[str, ...]
"""All source Patients of one."""
HEALTH_CARD = "urn:oid:2.16.156.10011.1.19"
SHORTEST, MOST = 6, 50


class Ambiguous(Exception):
    """A number that more than one person holds."""


async def arrive(visit: Visit, typed: str) -> str | None:
    """Relate the resident with this number to the clinician's organisation; the Patient, or None if nobody.

    Whom the clinician could not read even then (a denial, a closed file) is nobody to him, and is told of it.

    Refusal (403) for a clinician of no organisation; Ambiguous where he could read several.
    """
    organization = visit.principal.organization
    if organization is None or visit.principal.practitioner is None:
        raise Refusal(Fault.FORBIDDEN, "the account names no practitioner at an organisation")
    bearers = list(await holders(visit, typed))
    visible = [each for each in bearers if await _would_see(visit, organization, each)]
    person = await only(visit, bearers, visible)
    if person is None:
        return None
    await visit.record_ahead()
    await visit.platform.relations.arrive(None, person[0], organization, "arrival", visit.principal.id)
    return person[0]


async def only(visit: Visit, bearers: Sequence[Person], meant: Sequence[Person]) -> Person | None:
    """The one who is meant, of all who bear a number; None where nobody is, Ambiguous where several are.

    The visit is recorded of him, or else of all; if of him, the others have the refused try in a record.
    """
    if not bearers:
        return None
    chosen = meant if len(meant) == 1 else bearers
    if others := [each for each in bearers if each not in chosen]:
        tried = replace(visit.record, id=str(uuid.uuid4()), outcome=Outcome.REFUSED, **_about(others))
        await visit.platform.recorder.record(tried)
    visit.note(**_about(chosen))
    if len(meant) > 1:
        raise Ambiguous
    return meant[0] if meant else None


def _about(persons: Sequence[Person]) -> dict[str, Any]:
    """What a record says of these; of several no entity, lest it names one to another."""
    named = persons[0][0] if len(persons) == 1 else None
    return {"patients": tuple(one for person in persons for one in person), "entity": named}


async def _would_see(visit: Visit, organization: str, person: Person) -> bool:
    """Could the clinician read who it is, were the person in his organisation's care?"""
    grounds = visit.platform.grounds
    related = grounds.relations.supposing({organization: frozenset(person)})
    access = AccessOf(visit.principal, replace(grounds, relations=related))
    context = replace(visit.context, access=access, trail=Trail())
    return await seen(context, "Patient", person[0].removeprefix("Patient/")) is not None


async def holder(visit: Visit, typed: str) -> tuple[Person, list[Resource]] | None:
    """The one person with this citizen or card number, and his Patients that bear it.

    Ambiguous where several persons do.
    """
    found = await holders(visit, typed)
    if len(found) > 1:
        raise Ambiguous
    return next(iter(found.items()), None)


async def holders(visit: Visit, typed: str) -> dict[Person, list[Resource]]:
    """All persons with this citizen or card number, hidden ones too; of each the Patients that bear it."""
    number = normalise(typed)
    if len(number) < SHORTEST:
        return {}
    counter = replace(visit.context, access=_AnyPatient(), trail=Trail())
    asked = [("identifier", _identifier(number)), ("_count", str(MOST))]
    matches = (await search(counter, "Patient", asked)).matches
    linked = await visit.context.store.persons.linked([row.reference for row in matches])
    found: dict[Person, list[Resource]] = {}
    for row in matches:
        found.setdefault(tuple(sorted(linked[row.reference])), []).append(row.resource())
    return found


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
