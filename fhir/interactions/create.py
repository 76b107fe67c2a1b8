"""Interaction create, and conditional create.

FHIR R4 3.1.0.8 (http.html#create, #ccreate). The id, versionId and lastUpdated of the client are ignored.
"""

from collections.abc import Awaitable, Callable

from fhir.access import Action, Constraint
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.writes.acceptance import check_known, check_valid
from fhir.interactions.writes.criteria import read_criteria, the_one
from fhir.interactions.writes.writing import Staged, Written, settle, write
from fhir.outcome import Fault, Refusal
from fhir.references import local
from fhir.resource import Resource
from fhir.store.projection import Session
from fhir.store.transaction import Transaction

Along = Callable[[Session], Awaitable[None]]
"""What is done in the same transaction; it may refuse."""


async def create(
    context: Context,
    type: str,
    resource: Resource,
    *,
    criteria: str | None = None,
    provenance: Resource | None = None,
    id: str | None = None,
    along: Along | None = None,
) -> Written:
    """Store `resource` under a new id, unless `criteria` (If-None-Exist) mean one that is there; or under an
    `id` that `new_id` has given before, in one transaction with what goes `along`."""
    constraint = await context.permit(type, Action.CREATE)
    resource = local(resource, context.base)
    check_valid(resource, type)
    resource = resource | {"id": id or new_id()}
    await check_known(context, resource)
    await context.vouch(resource)
    if criteria is not None:
        read_criteria(context, type, criteria)
    if type != "Patient" and criteria is None and provenance is None and along is None:
        context.trail.touch([await settle(context, resource, constraint)])
        context.trail.entity = f"{type}/{resource['id']}"
        made = await context.store.resources.create(resource, recorder=context.house)
        return Written(made, created=True)

    async def work(transaction: Transaction) -> Staged:
        found = await the_one(context, transaction, type, criteria) if criteria is not None else None
        if found is not None:
            return Staged(found.reference, existing=found)
        if along is not None:
            await along(transaction.session)
        await check_free(transaction, f"{type}/{resource['id']}")
        return await put_new(context, transaction, resource, constraint)

    return await write(context, work, provenance)


async def check_free(transaction: Transaction, reference: str) -> None:
    """A Refusal (409) where there is or was a resource of that id."""
    if await transaction.load([reference]):
        raise Refusal(Fault.CONFLICT, "the id is taken")


async def reach(context: Context, type: str, constraint: Constraint) -> Constraint:
    """Whose resources a new one may refer to: anyone may bring a new Patient, who opens no other file."""
    return await context.permit("Patient", Action.READ) if type == "Patient" else constraint


async def put_new(
    context: Context,
    transaction: Transaction,
    resource: Resource,
    constraint: Constraint,
    *,
    posted: bool = True,
) -> Staged:
    """Within a transaction: the creation itself."""
    reference = f"{resource['resourceType']}/{resource['id']}"
    await settle(context, resource, await reach(context, resource["resourceType"], constraint))
    await register(context, transaction, reference)
    transaction.put(resource, posted=posted, recorder=context.house)
    return Staged(reference, created=True)


async def register(context: Context, transaction: Transaction, reference: str) -> None:
    """A new Patient may be seen by its maker from then on."""
    if reference.startswith("Patient/"):
        await context.relate(transaction.session, reference)
