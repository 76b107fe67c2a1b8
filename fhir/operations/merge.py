"""Operations $merge and $undo-merge of Patient: two records of a source are one, and are two again.

FHIR R5 patient-operation-merge.html (in R4 by the same parameters), ADR 13: nothing is re-keyed. The loser
stays as an inactive Patient that is replaced by the survivor, who keeps its numbers as old ones; every search
of the one finds what the other has. For whoever may write Patients of the whole region.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fhir.access import Action
from fhir.definitions.operations import ParameterDefinition
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.matching.contradiction import contradictory
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Refusal
from fhir.patient_merge import REPLACED_BY, merged, replaces, taken_back
from fhir.references import local
from fhir.resource import Resource, instant
from fhir.store.persons import By
from fhir.store.transaction import Transaction

_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"


async def merge(context: Context, call: Call) -> Resource:
    """Merge the source into the target; with `preview` tell what would be, and change nothing."""
    source, target = await _asked(context, call)

    async def work(tx: Transaction) -> Resource:
        loser, survivor = await _load(tx, source, target)
        _check(loser, survivor)
        persons = await context.store.persons.graph(tx.session, [source, target])
        if not persons.may_join([source, target]):
            raise Refusal(
                Fault.BUSINESS_RULE,
                "the two have different valid citizen numbers, or a clerk keeps them apart",
            )
        replaced, remains = merged(loser, survivor)
        if not call.flag("preview"):
            await context.store.persons.join(tx.session, source, target, By.MERGE)
            await _write(tx, replaced, remains, "merge")
        return remains

    return _told(call, await context.store.resources.transact(work))


async def undo(context: Context, call: Call) -> Resource:
    """Take a merge back: two records, each as it was before but for what came since."""
    source, target = await _asked(context, call)

    async def work(tx: Transaction) -> Resource:
        loser, survivor = await _load(tx, source, target)
        if not replaces(survivor, loser):
            raise Refusal(Fault.BUSINESS_RULE, "the one has not been merged into the other")
        await context.store.persons.part(tx.session, source, target, By.MERGE)
        two = taken_back(loser, survivor)
        await _write(tx, *two, "un-merge")
        return two[1]

    return _told(call, await context.store.resources.transact(work))


async def _asked(context: Context, call: Call) -> tuple[str, str]:
    """The references of source and target; a Refusal for who may not, or names one twice."""
    constraint = await context.permit("Patient", Action.UPDATE)
    if not constraint.unrestricted:
        raise Refusal(Fault.FORBIDDEN, "Patients are merged for the whole region only")
    source, target = (_reference(context, call, name) for name in ("source-patient", "target-patient"))
    if source == target:
        raise wrong("target-patient", "it is the source itself")
    context.trail.entity = target
    context.trail.touch((source, target))
    return source, target


def _reference(context: Context, call: Call, name: str) -> str:
    given = local({"resourceType": "Basic", "subject": call.complex(name)}, context.base)["subject"]
    reference = str((given or {}).get("reference") or "")
    if not reference.startswith("Patient/") or reference.count("/") != 1:
        raise wrong(name, "it is a reference to a Patient of this server, `Patient/id`")
    return reference


async def _load(tx: Transaction, *references: str) -> tuple[Resource, Resource]:
    found = await tx.load(references)
    if any(each not in found or found[each].deleted for each in references):
        raise Refusal(Fault.NOT_FOUND, "there are no two such Patients")
    source, target = (found[each].resource() for each in references)
    return source, target


def _check(loser: Resource, survivor: Resource) -> None:
    for each, name in ((loser, "source"), (survivor, "target")):
        if any(link.get("type") == REPLACED_BY for link in each.get("link") or ()):
            raise Refusal(Fault.BUSINESS_RULE, f"the {name} has been merged into another Patient before")
    if contradictory(loser, survivor, strictly=False):
        raise Refusal(Fault.BUSINESS_RULE, "the two differ in name, birth date and sex: a clerk must decide")


async def _write(tx: Transaction, loser: Resource, survivor: Resource, activity: str) -> None:
    tx.put(loser)
    tx.put(survivor)
    tx.put(
        {
            "resourceType": "Provenance",
            "id": new_id(),
            "target": [{"reference": f"Patient/{each['id']}"} for each in (survivor, loser)],
            "recorded": instant(datetime.now(UTC)),
            "activity": {"coding": [{"system": _OPERATION, "code": "UPDATE"}], "text": activity},
            "agent": [{"who": {"display": "Patient/$merge"}}],
        }
    )


def _told(call: Call, result: Resource) -> Resource:
    """The output parameters: what was asked, that it went well, the survivor."""
    text = "nothing was changed: this is a preview" if call.flag("preview") else "done"
    issue = {"severity": "information", "code": "informational", "diagnostics": text}
    asked = [{"name": each.name, each.member or "valueString": each.value} for each in call.parameters]
    parameters: list[dict[str, Any]] = [
        {"name": "input", "resource": {"resourceType": "Parameters", "parameter": asked}},
        {"name": "outcome", "resource": {"resourceType": "OperationOutcome", "issue": [issue]}},
        {"name": "result", "resource": result},
    ]
    return {"resourceType": "Parameters", "parameter": parameters}


def _operation(name: str, run: Callable[..., Any], *more: ParameterDefinition) -> Operation:
    return Operation(
        name=name,
        definition=f"urn:furong:OperationDefinition:{name}",
        run=run,
        levels=frozenset({Level.TYPE}),
        types=frozenset({"Patient"}),
        changes=True,
        more=(
            ParameterDefinition("source-patient", "Reference", min=1),
            ParameterDefinition("target-patient", "Reference", min=1),
            *more,
        ),
    )


MERGE = _operation("merge", merge, ParameterDefinition("preview", "boolean"))
UNDO = _operation("undo-merge", undo)
