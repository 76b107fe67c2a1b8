"""Interaction update, and update as create for those who may see the whole region.

FHIR R4 3.1.0.4 (http.html#update). An identical update makes no new version. A resource stays with the
resident that it belongs to. Below regional rights an unknown id is answered like a hidden one: 404.
"""

from dataclasses import dataclass

from fhir.access import Action, Constraint
from fhir.interactions.acceptance import check_compartment, check_profiles, check_references, check_valid
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.matching.compatible import citizen_number
from fhir.outcome import Fault, Refusal
from fhir.resource import ID, Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Updated:
    """The version that is current now, and whether it is the first."""

    stored: Stored
    created: bool


async def update(
    context: Context, type: str, id: str, resource: Resource, *, version: int | None = None
) -> Updated:
    """Make `resource` the next version of `type`/`id`; `version` is the one that If-Match names."""
    context.trail.entity = f"{type}/{id}"
    constraint = await context.permit(type, Action.UPDATE)
    check_identity(type, id, resource)
    check_valid(resource, type)
    await check_profiles(context, resource)
    context.vouch(resource)
    owner = await check_compartment(context, resource, constraint, {f"{type}/{id}"})
    await check_references(context, resource, constraint, {f"{type}/{id}"})
    context.trail.touch([owner])
    return await context.store.resources.transact(
        lambda tx: replace(tx, resource, constraint, owner, version)
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


async def replace(
    transaction: Transaction, resource: Resource, constraint: Constraint, owner: str, version: int | None
) -> Updated:
    """Within a transaction: the update itself."""
    reference = f"{resource['resourceType']}/{resource['id']}"
    current = (await transaction.load([reference])).get(reference)
    if not constraint.unrestricted:
        if current is None or current.owner not in await constraint.among([current.owner]):
            raise not_found()
        check_not_from_feed(current)
        _check_same_resident(current, resource, owner)
    await transaction.expect(reference, version)
    transaction.put(resource)
    await transaction.flush()
    return Updated(transaction.written[reference], current is None)
