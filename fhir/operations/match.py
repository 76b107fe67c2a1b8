"""Operation $match of Patient: who may be the one described (IHE PDQm, ITI-119).

FHIR R4 patient-operation-match.html. The grades are those of record linkage: what would be linked is certain,
what would go to a clerk is probable or possible. Whoever asks finds only those whom he may see.
"""

from decimal import Decimal
from typing import Any

from fhir.access import Action
from fhir.bundle import match_entry, searchset
from fhir.interactions.context import Context
from fhir.matching.blocking import keys
from fhir.matching.features import Features, features
from fhir.matching.judgement import Judgement, Outcome, Rule
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import Resource
from fhir.store import Stored
from fhir.validation import errors

MOST = 50
_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
_NEVER_CERTAIN = Decimal("0.9999")


async def run(context: Context, call: Call) -> Resource:
    """The candidates as a searchset, the likeliest first."""
    constraint = await context.permit("Patient", Action.SEARCH)
    of = _asked(call)
    most = call.number("count", most=10_000)
    await context.look_up(_numbers(call))
    context.trail.query = "Patient/$match"
    found = await context.store.linking.candidates(of, constraint)
    issues: list[Issue] = []
    if call.flag("onlyCertainMatches"):
        found, issues = await _certain(context, found)
    shown = found[: MOST if most is None else min(most, MOST)]
    context.trail.touch(row.owner for row, _ in shown)
    entries = [_entry(context, row, judgement) for row, judgement in shown]
    return searchset(entries, (), total=len(shown), issues=issues)


def _asked(call: Call) -> Features:
    """What is described; a Refusal where it is no Patient, or nothing in it finds anybody."""
    resource = call.resource("resource")
    if resource is None or resource["resourceType"] != "Patient":
        raise wrong("resource", "a Patient is expected, as far as it is known")
    if faults := errors(resource):
        raise Refusal(Fault.INVALID, issues=faults)
    of = features(resource | {"id": "-"})
    if not keys(of):
        raise Refusal(
            Fault.BUSINESS_RULE,
            "nobody is found by this: tell a number, or a name with a birth date, a telephone or an address",
            expression="Patient",
        )
    return of


def _numbers(call: Call) -> list[str]:
    """The identifiers and telephones by which somebody is looked up."""
    patient: dict[str, Any] = call.resource("resource") or {}
    listed = [*(patient.get("identifier") or ()), *(patient.get("telecom") or ())]
    return [str(each["value"]).upper() for each in listed if each.get("value")]


async def _certain(
    context: Context, found: list[tuple[Stored, Judgement]]
) -> tuple[list[tuple[Stored, Judgement]], list[Issue]]:
    """Those that are certain, if they are all of one person."""
    certain = [each for each in found if each[1].outcome is Outcome.LINK]
    linked = await context.store.persons.linked([row.reference for row, _ in certain])
    if len({frozenset(members) for members in linked.values()}) < 2:
        return certain, []
    several = "several persons match, so none of them certainly does"
    return [], [Issue("multiple-matches", several, severity="warning")]


def _entry(context: Context, row: Stored, judgement: Judgement) -> Resource:
    entry = match_entry(context.base, row)
    grade = {"url": _GRADE, "valueCode": _grade(context, judgement)}
    return entry | {"search": {"extension": [grade], "mode": "match", "score": score(judgement)}}


def _grade(context: Context, judgement: Judgement) -> str:
    if judgement.outcome is Outcome.LINK:
        return "certain"
    return "probable" if judgement.weight >= context.store.linking.model.link else "possible"


def score(judgement: Judgement) -> Decimal:
    """How likely it is the one: 1 for an agreeing citizen number, else the match weight as a probability."""
    if judgement.outcome is Outcome.LINK and judgement.rule is Rule.NUMBER:
        return Decimal(1)
    likely = 1 / (1 + Decimal(2) ** Decimal(-judgement.weight))
    return min(likely.quantize(_NEVER_CERTAIN), _NEVER_CERTAIN)


OPERATION = Operation(
    name="match",
    definition="http://hl7.org/fhir/OperationDefinition/Patient-match",
    run=run,
    levels=frozenset({Level.TYPE}),
    types=frozenset({"Patient"}),
    resource="resource",
)
