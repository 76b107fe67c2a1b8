"""Operation $validate.

FHIR R4 resource-operation-validate.html. The answer is an OperationOutcome with status 200, also where the
resource is not valid; nothing is stored. Without a resource in the body the stored one is checked.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import replace

from fhir.access import Action, Constraint, Permit
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.create import reach
from fhir.interactions.delete import remove
from fhir.interactions.read import read
from fhir.interactions.writes.acceptance import check_compartment, check_references
from fhir.interactions.writes.integrity import check_unreferred
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Issue, Refusal, operation_outcome
from fhir.references import local
from fhir.resource import Resource
from fhir.rest import READ_ONLY, SERVED
from fhir.store.transaction import Transaction
from fhir.validation import validate
from fhir.validation.profile import profile_issues, unknown

_MODES = {"create": Action.CREATE, "update": Action.UPDATE, "delete": Action.DELETE, "profile": Action.READ}
_VALID = Issue("informational", "All OK: nothing is wrong with the resource", severity="information")


async def run(context: Context, call: Call) -> Resource:
    """What is wrong with the resource in the body, or with the stored one."""
    assert call.type is not None
    context.trail.query = f"{call.type}/$validate"
    mode, profiles = call.text("mode"), [str(url) for url in call.all("profile")]
    if mode is not None and mode not in _MODES:
        raise wrong("mode", "it is create, update, delete or profile")
    if mode == "profile" and not profiles:
        raise wrong("profile", "mode profile needs one")
    constraint = await _permit(context, call.type, mode)
    resource = call.resource("resource")
    if mode == "delete":
        return _outcome(await _of_deletion(context, call, constraint))
    if resource is None and call.id is None:
        raise wrong("resource", "it is required")
    await _check_known(context, profiles)
    if resource is None:
        resource = (await read(context, call.type, call.id or "")).resource()
        return _outcome(await _of_content(context, call, resource, profiles))
    issues = await _of_content(context, call, resource, profiles)
    if mode != "profile" and all(issue.severity != "error" for issue in issues):
        found = await _of_filing(context, call, resource, mode, constraint)
        issues += found if mode is not None else [replace(each, severity="warning") for each in found]
    return _outcome(issues)


async def _permit(context: Context, type: str, mode: str | None) -> Constraint:
    """The right that the mode needs; without one, to read the type or to create one."""
    if mode is None or mode == "profile":
        decision = await context.access.decide(type, Action.READ)
        return (
            decision.constraint if isinstance(decision, Permit) else await context.permit(type, Action.CREATE)
        )
    return await context.permit(type, _MODES[mode])


async def _check_known(context: Context, profiles: Sequence[str]) -> None:
    """Who names a profile that can't be checked is told so (SHALL)."""
    if await unknown(context, profiles):
        raise Refusal(
            Fault.UNSUPPORTED_PARAMETER,
            "the profile is not known here, so it can't be checked",
            expression="Parameters.parameter.profile",
        )


async def _of_content(
    context: Context, call: Call, resource: Resource, profiles: Sequence[str]
) -> list[Issue]:
    type = resource["resourceType"]
    if type != call.type:
        text = f"a {call.type} is expected here, not another type"
        return [Issue("invalid", text, "Resource.resourceType")]
    issues = validate(resource)
    if any(issue.code == "structure" and issue.severity == "error" for issue in issues):
        return issues  # its elements can't be told apart, let alone held against a profile
    places = {(issue.code, issue.expression) for issue in issues}
    found = await profile_issues(context, resource, profiles)
    return issues + [one for one in found if (one.code, one.expression) not in places]


async def _of_filing(
    context: Context, call: Call, resource: Resource, mode: str | None, constraint: Constraint
) -> list[Issue]:
    """Whether the writer could store it: its id, whose file it belongs to, what it refers to."""
    if mode == "update" or call.id is not None:
        issues = await _of_identity(context, call, resource, constraint)
        if issues:
            return issues
    if mode == "create":
        constraint = await reach(context, resource["resourceType"], constraint)
    resource = {"id": new_id()} | local(resource, context.base)
    own = {f"{call.type}/{resource['id']}"}
    return await _refused(
        check_compartment(context, resource, constraint, own),
        check_references(context, resource, constraint, own),
    )


async def _of_identity(
    context: Context, call: Call, resource: Resource, constraint: Constraint
) -> list[Issue]:
    """Whether an update would reach a resource; only for the region may it make one."""
    type, id = call.type or "", call.id or resource.get("id")
    if id is None or resource.get("id") != id:
        return [Issue("invalid", "an update needs an id, the one in the URL", f"{type}.id")]
    if constraint.unrestricted or await context.store.resources.read(type, id, constraint):
        return []
    return [Issue("not-found", "no such resource is known here to you", f"{type}.id")]


async def _of_deletion(context: Context, call: Call, constraint: Constraint) -> list[Issue]:
    """Whether it may be deleted: tried in a transaction that is taken back."""
    if call.id is None:
        raise wrong("mode", "delete is for one resource, so it stands in the URL: Type/id/$validate")
    await read(context, call.type or "", call.id)
    reference = f"{call.type}/{call.id}"

    async def attempt(transaction: Transaction) -> None:
        await remove(context, transaction, reference, constraint, required=False)
        await check_unreferred(context, transaction, [reference])
        raise _Undone

    try:
        return await _refused(context.store.resources.transact(attempt))
    except _Undone:
        return []


class _Undone(Exception):
    """The deletion would have worked; it is taken back."""


async def _refused(*attempts: Awaitable[object]) -> list[Issue]:
    """Why each attempt was refused."""
    issues: list[Issue] = []
    for attempt in attempts:
        try:
            await attempt
        except Refusal as refusal:
            issues += refusal.issues
    return issues


def _outcome(issues: Sequence[Issue]) -> Resource:
    failed = any(issue.severity in ("error", "fatal") for issue in issues)
    return operation_outcome([*issues, *([] if failed else [_VALID])])


OPERATION = Operation(
    name="validate",
    definition="http://hl7.org/fhir/OperationDefinition/Resource-validate",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=SERVED - READ_ONLY.keys(),
    resource="resource",
)
"""Offered on every type that a client may write."""
