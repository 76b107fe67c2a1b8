"""Operation $ihe-pix of Patient: under which numbers others know the same person (IHE PIXm, ITI-83).

IHE ITI TF-2 3.83. A number is `system|value`. What the asker may not see is not there: a hidden Patient is
an unknown number, and of the person's others those are told that he may see.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fhir.access import Action, Constraint
from fhir.definitions.operations import ParameterDefinition
from fhir.interactions.context import Context
from fhir.interactions.results.resolution import filter_of
from fhir.matching import citizen_number
from fhir.matching.features import features, own_identifiers
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.query import parse
from fhir.search.value import escaped
from fhir.store import EVERYONE, Stored

_MOST = 200


async def run(context: Context, call: Call) -> Resource:
    """The identifiers of all Patients of the person, and the Patients."""
    constraint = await context.permit("Patient", Action.SEARCH)
    system, value = _source(call)
    await context.look_up([value])
    context.trail.query = "Patient/$ihe-pix"
    sources = await _found(context, f"{escaped(system)}|{escaped(value)}", constraint)
    if not sources:
        await _check_domain(context, system)
        raise Refusal(Fault.NOT_FOUND, "sourceIdentifier Patient Identifier not found")
    targets = call.all("targetSystem")
    for target in targets:
        if not await _is_known(context, target):
            raise Refusal(Fault.UNKNOWN_TARGET, "targetSystem not found")
    members = await _person(context, sources, value)
    rows = await context.store.resources.search({"_id": {"$in": members}}, constraint, limit=_MOST)
    context.trail.touch(row.owner for row in rows)
    listed = [*_identifiers(rows, targets, (system, value)), *_patients(context, rows, targets)]
    return {"resourceType": "Parameters", "parameter": listed} if listed else {"resourceType": "Parameters"}


async def _person(context: Context, sources: Sequence[Stored], value: str) -> list[str]:
    """All Patients of whoever has the number: of several, whose own it is (a mother's, not her child's)."""
    linked = await context.store.persons.linked([row.reference for row in sources])
    persons = {min(linked[row.reference]) for row in sources}
    if len(persons) > 1:
        own = [row for row in sources if features(row.resource()).number == citizen_number.valid(value)]
        persons = {min(linked[row.reference]) for row in own}
    if len(persons) != 1:
        raise Refusal(Fault.CONFLICT, "sourceIdentifier is told of several people: a clerk must decide")
    return sorted(next(each for each in linked.values() if min(each) in persons))


def _source(call: Call) -> tuple[str, str]:
    given = call.text("sourceIdentifier") or ""
    system, _, value = given.partition("|")
    if not system or not value:
        raise wrong("sourceIdentifier", "it is a system and a value, `urn:oid:1.2.3|456`")
    return system, value


async def _found(context: Context, token: str, constraint: Constraint, most: int = _MOST) -> list[Stored]:
    query = parse("Patient", [("identifier", token)], strict=True, base=context.base)
    return await context.store.resources.search(await filter_of(context, query), constraint, limit=most)


async def _is_known(context: Context, system: str) -> bool:
    """Is there any number of a domain in the region? Whose it is, is not told."""
    return bool(await _found(context, f"{escaped(system)}|", EVERYONE, most=1))


async def _check_domain(context: Context, system: str) -> None:
    if not await _is_known(context, system):
        raise Refusal(Fault.UNKNOWN_DOMAIN, "sourceIdentifier Assigning Authority not found")


def _identifiers(
    rows: Sequence[Stored], targets: Sequence[str], asked: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    """Each current number once, but for the one that was asked about."""
    seen = {asked}
    for row in rows:
        for each in own_identifiers(row.resource()):
            key = str(each.get("system") or ""), str(each.get("value") or "")
            if all(key) and key not in seen and key[0] in (targets or key):
                seen.add(key)
                yield {"name": "targetIdentifier", "valueIdentifier": each}


def _patients(context: Context, rows: Sequence[Stored], targets: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        systems = {each.get("system") for each in row.resource().get("identifier") or ()}
        if not targets or systems & set(targets):
            reference = {"reference": f"{context.base}/{row.reference}"}
            yield {"name": "targetId", "valueReference": reference}


OPERATION = Operation(
    name="ihe-pix",
    definition="https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix",
    run=run,
    levels=frozenset({Level.TYPE}),
    types=frozenset({"Patient"}),
    more=(
        ParameterDefinition("sourceIdentifier", "string", min=1),
        ParameterDefinition("targetSystem", "uri", repeats=True),
    ),
)
