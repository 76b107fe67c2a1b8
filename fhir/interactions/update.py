"""Interaction update, update as create for those who may see the whole region, and conditional update.

FHIR R4 3.1.0.4 (http.html#update, #cond-update). An identical update makes no new version. A resource stays
with the resident that it belongs to. Below regional rights an unknown id is answered like a hidden one: 404.
"""

from fhir.access import Action, Constraint
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.create import Along, put_new
from fhir.interactions.read import not_found
from fhir.interactions.writes.acceptance import check_known, check_valid, check_whole
from fhir.interactions.writes.criteria import read_criteria, the_one
from fhir.interactions.writes.precondition import NONE, Preconditions
from fhir.interactions.writes.writing import Staged, Written, carried, settle, write
from fhir.matching.contradiction import citizen_number
from fhir.outcome import Fault, Refusal
from fhir.references import local
from fhir.resource import ID, Resource
from fhir.store import Stored
from fhir.store.constraint import visible
from fhir.store.transaction import Transaction


async def update(
    context: Context,
    type: str,
    id: str,
    resource: Resource,
    *,
    preconditions: Preconditions = NONE,
    provenance: Resource | None = None,
    along: Along | None = None,
) -> Written:
    """Make `resource` the next version of `type`/`id`, in one transaction with what goes `along`."""
    context.trail.entity = f"{type}/{id}"
    constraint = await context.permit(type, Action.UPDATE)
    check_identity(type, id, resource)
    resource = await accept(context, type, resource)

    async def work(transaction: Transaction) -> Staged:
        if along is not None:
            await along(transaction.session)
        return await replace(context, transaction, resource, constraint, preconditions)

    return await write(context, work, provenance, reference=f"{type}/{id}" if along is None else None)


async def update_matching(
    context: Context,
    type: str,
    criteria: str,
    resource: Resource,
    *,
    preconditions: Preconditions = NONE,
    provenance: Resource | None = None,
) -> Written:
    """Make `resource` the next version of the one that `criteria` mean, or create it where there is none."""
    constraint = await context.permit(type, Action.UPDATE)
    resource = await accept(context, type, resource)
    read_criteria(context, type, criteria)

    async def work(transaction: Transaction) -> Staged:
        found = await the_one(context, transaction, type, criteria)
        id = identified(found, resource)
        named = resource | {"id": id or new_id()}
        if id is None:
            preconditions.check(None)
            allowed = await context.permit(type, Action.CREATE)
            return await put_new(context, transaction, named, allowed, posted=False)
        await check_unmatched(transaction, found, f"{type}/{id}", constraint)
        return await replace(context, transaction, named, constraint, preconditions, required=False)

    return await write(context, work, provenance)


async def accept(context: Context, type: str, resource: Resource) -> Resource:
    """The resource as it is stored; a Refusal of what is no valid resource of `type`, only a part of one, or
    not for the writer to say."""
    resource = local(resource, context.base)
    check_valid(resource, type)
    check_whole(resource)
    await check_known(context, resource)
    await context.vouch(resource)
    return resource


def identified(found: Stored | None, resource: Resource) -> str | None:
    """The id under which a conditional update writes; None for a new one. The body may name no other."""
    id = resource.get("id")
    if found is not None and id is not None and id != found.id:
        raise Refusal(
            Fault.PARAMETER,
            "the id in the body is not that of the resource that the criteria mean",
            expression=f"{resource['resourceType']}.id",
        )
    return id if found is None else found.id


async def check_unmatched(
    transaction: Transaction, found: Stored | None, reference: str, constraint: Constraint
) -> None:
    """Where the criteria mean nothing, the id in the body names no resource that is there: that one would be
    overwritten (http.html#cond-update)."""
    if found is not None:
        return
    current = await seen(transaction, reference, constraint)
    if current is not None and not current.deleted:
        raise Refusal(
            Fault.CONFLICT,
            "the criteria mean no resource, and the id in the body is that of another one",
            expression=f"{current.type}.id",
        )


def check_identity(type: str, id: str, resource: Resource) -> None:
    """The body names the same id as the URL."""
    if not ID.fullmatch(id):
        raise Refusal(Fault.PARAMETER, "an id is 1 to 64 letters, digits, hyphens and points")
    if resource.get("id") != id:
        raise Refusal(Fault.PARAMETER, "the id in the body is not the id in the URL", expression=f"{type}.id")


def check_not_from_feed(current: Stored) -> None:
    """What a hospital's feed reports is changed by that feed, not by every clinic that may read it."""
    if current.memory:
        raise Refusal(
            Fault.FORBIDDEN, "what a hospital's feed reports is changed by its feed or for the region"
        )


def check_match(context: Context, preconditions: Preconditions, current: Stored | None) -> None:
    """Refuse (400) a change without If-Match where the site requires one."""
    there = current is not None and not current.deleted
    named = preconditions.expected is not None and "*" not in preconditions.expected
    if context.rules.match_required and there and not named:
        raise Refusal(Fault.REQUIRED, "this server changes a resource only with If-Match and its version")


def _check_same_resident(current: Stored, resource: Resource, owner: str) -> None:
    """A resource stays with its resident, and a Patient stays the person that the citizen number says."""
    if current.deleted and current.type == "Patient":
        raise Refusal(
            Fault.BUSINESS_RULE, "a deleted Patient comes back by the feed or a regional client only"
        )
    if current.deleted:
        return
    if current.owner != owner:
        raise Refusal(Fault.BUSINESS_RULE, "a resource stays with the resident that it belongs to")
    if current.type == "Patient" and citizen_number(current.resource()) != citizen_number(resource):
        raise Refusal(
            Fault.BUSINESS_RULE,
            "a clinic's system does not change the citizen number of a Patient",
            expression="Patient.identifier",
        )


async def seen(transaction: Transaction, reference: str, constraint: Constraint) -> Stored | None:
    """The current version as the writer may see it, a deletion included; below regional rights never None."""
    current = (await transaction.load([reference])).get(reference)
    if constraint.unrestricted:
        return current
    if current is None or not await visible(current.row, constraint):
        raise not_found()
    return current


async def replace(
    context: Context,
    transaction: Transaction,
    resource: Resource,
    constraint: Constraint,
    preconditions: Preconditions,
    *,
    required: bool = True,
) -> Staged:
    """Within a transaction: the update itself."""
    current = await seen(transaction, f"{resource['resourceType']}/{resource['id']}", constraint)
    preconditions.check(current)
    if required:
        check_match(context, preconditions, current)
    owner = await settle(context, resource, constraint)
    return put_next(transaction, resource, constraint, current, owner)


def put_next(
    transaction: Transaction, resource: Resource, constraint: Constraint, current: Stored | None, owner: str
) -> Staged:
    """Within a transaction: what has been checked becomes the next version after `current`."""
    if not constraint.unrestricted and current is not None:
        check_not_from_feed(current)
        _check_same_resident(current, resource, owner)
    transaction.put(carried(resource, current))
    reference = f"{resource['resourceType']}/{resource['id']}"
    return Staged(reference, created=current is None or current.deleted)
