"""Interaction patch, and conditional patch.

FHIR R4 3.1.0.6 (http.html#patch). A patch shows what it is applied to, so it takes the right to read as well.
The result must be as valid as an update; id and type stay.
"""

from fhir.access import Action, Constraint
from fhir.interactions.context import Context
from fhir.interactions.read import not_found, shown
from fhir.interactions.update import accept, check_match, put_next, seen
from fhir.interactions.writes.criteria import read_criteria, the_one
from fhir.interactions.writes.precondition import NONE, Preconditions
from fhir.interactions.writes.writing import Staged, Written, settle, write
from fhir.outcome import Fault, Refusal
from fhir.patch import Patch
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction


async def patch(
    context: Context,
    type: str,
    id: str,
    change: Patch,
    *,
    preconditions: Preconditions = NONE,
    provenance: Resource | None = None,
) -> Written:
    """Apply `change` to `type`/`id`."""
    context.trail.entity = f"{type}/{id}"
    constraint = await permit_patch(context, type)

    async def work(transaction: Transaction) -> Staged:
        current = await patched(context, transaction, f"{type}/{id}", constraint)
        preconditions.check(current)
        check_match(context, preconditions, current)
        return await put_changed(context, transaction, current, change, constraint)

    return await write(context, work, provenance, reference=f"{type}/{id}")


async def patch_matching(
    context: Context,
    type: str,
    criteria: str,
    change: Patch,
    *,
    preconditions: Preconditions = NONE,
    provenance: Resource | None = None,
) -> Written:
    """Apply `change` to the one resource that `criteria` mean."""
    constraint = await permit_patch(context, type)
    read_criteria(context, type, criteria)

    async def work(transaction: Transaction) -> Staged:
        found = await the_one(context, transaction, type, criteria)
        if found is None:
            raise not_found()
        current = await patched(context, transaction, found.reference, constraint)
        preconditions.check(current)
        return await put_changed(context, transaction, current, change, constraint)

    return await write(context, work, provenance)


async def permit_patch(context: Context, type: str) -> Constraint:
    """The constraint under which the writer may patch resources of `type`."""
    await context.permit(type, Action.READ)
    return await context.permit(type, Action.UPDATE)


async def patched(
    context: Context, transaction: Transaction, reference: str, constraint: Constraint
) -> Stored:
    """The version that is to be patched; a Refusal where there is none."""
    return shown(context, await seen(transaction, reference, constraint))


async def put_changed(
    context: Context, transaction: Transaction, current: Stored, change: Patch, constraint: Constraint
) -> Staged:
    """Within a transaction: the patch itself."""
    resource = await result(context, current, change)
    owner = await settle(context, resource, constraint)
    return put_next(transaction, resource, constraint, current, owner)


async def result(context: Context, current: Stored, change: Patch) -> Resource:
    """What `change` makes of `current`: a valid resource of the same id and type."""
    resource = change(current.resource())
    for member, wanted in (("resourceType", current.type), ("id", current.id)):
        if resource.get(member) != wanted:
            raise Refusal(
                Fault.UNPROCESSABLE,
                f"a patch does not change {member}",
                expression=f"{current.type}.{member}",
            )
    return await accept(context, current.type, resource)
