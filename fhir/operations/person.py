"""Operation $person of Patient: the person, as one record over those of all sources.

FHIR R4 person.html; the operation is not of R4. The Person is made at each call and kept nowhere: its links
are the Patients that are linked at that moment and that the asker may see, so that nothing of a hidden one
shows through it.
"""

from collections.abc import Collection, Sequence
from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.matching.contradiction import citizen_number
from fhir.matching.features import own_identifiers
from fhir.operations.operation import Call, Level, Operation
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.persons import By, Row

_MOST = 200
_ASSURANCE = {By.MATCHER.value: "level2", By.FEED.value: "level3"}
_ASSURANCE |= {By.MERGE.value: "level4", By.CLERK.value: "level4"}
_NUMBER = "level4"
_OWN = ("name", "gender", "birthDate")


async def run(context: Context, call: Call) -> Resource:
    """A Person with name, sex and birth date of the surest record, all numbers, a link to each record."""
    stored = await read(context, "Patient", call.id or "")
    constraint = await context.permit("Patient", Action.READ)
    members = await context.store.persons.members(stored.reference)
    rows = await context.store.resources.search({"_id": {"$in": sorted(members)}}, constraint, limit=_MOST)
    context.trail.touch(row.owner for row in rows)
    links = await context.store.persons.connected([stored.reference])
    shown = {row.reference for row in rows}
    assurance = {row.reference: _assurance(row.reference, links, shown) for row in rows}
    return _person(sorted(rows, key=_surest, reverse=True), assurance)


def _surest(row: Stored) -> tuple[bool, Any]:
    """Who has a citizen number first, then who was written last."""
    return citizen_number(row.resource()) is not None, row.updated


def _assurance(patient: str, links: Sequence[Row], shown: Collection[str]) -> str | None:
    """How sure the surest link of a Patient with another `shown` one is; None for who has none."""
    theirs = [row for row in links if patient in row["members"] and len({*row["members"]} & {*shown}) > 1]
    found = [
        level
        for row in theirs
        for level in (
            [_ASSURANCE[by] for by in row.get("by", [By.FEED.value])] if "link" in row else [_NUMBER]
        )
    ]
    return max(found, default=None)


def _person(rows: Sequence[Stored], assurance: dict[str, str | None]) -> Resource:
    records = [row.resource() for row in rows]
    person: Resource = {"resourceType": "Person", "active": True}
    identifiers = {
        (each.get("system"), each.get("value")): each
        for record in records
        for each in own_identifiers(record)
    }
    if identifiers:
        person["identifier"] = list(identifiers.values())
    for member in _OWN:
        told = next((record[member] for record in records if record.get(member)), None)
        if told is not None:
            person[member] = told
    person["link"] = [_link(row.reference, assurance[row.reference]) for row in rows]
    return person


def _link(reference: str, assurance: str | None) -> dict[str, Any]:
    link: dict[str, Any] = {"target": {"reference": reference}}
    return link | ({"assurance": assurance} if assurance else {})


OPERATION = Operation(
    name="person",
    definition="urn:furong:OperationDefinition:person",
    run=run,
    levels=frozenset({Level.INSTANCE}),
    types=frozenset({"Patient"}),
)
