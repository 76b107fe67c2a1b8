"""Interaction create.

FHIR R4 3.1.0.8 (http.html#create). The id, versionId and lastUpdated of the client are ignored.
"""

from fhir.access import Action, Constraint
from fhir.identity import new_id
from fhir.interactions.acceptance import check_compartment, check_profiles, check_references, check_valid
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction


async def create(context: Context, type: str, resource: Resource) -> Stored:
    """Store `resource` under a new id."""
    constraint = await context.permit(type, Action.CREATE)
    check_valid(resource, type)
    await check_profiles(context, resource)
    context.vouch(resource)
    resource = resource | {"id": new_id()}
    reference = f"{type}/{resource['id']}"
    owner = await check_compartment(context, resource, constraint, {reference})
    await check_references(context, resource, await _reach(context, type, constraint))
    context.trail.entity = reference
    context.trail.touch([owner])
    if type != "Patient":
        return await context.store.resources.create(resource)
    return await context.store.resources.transact(lambda tx: _register(context, tx, resource))


async def _reach(context: Context, type: str, constraint: Constraint) -> Constraint:
    """Whose resources the new one may refer to: anyone may bring a new Patient, who opens no other file."""
    return await context.permit("Patient", Action.READ) if type == "Patient" else constraint


async def _register(context: Context, transaction: Transaction, patient: Resource) -> Stored:
    """A new Patient, whom its maker may see from then on."""
    reference = f"Patient/{patient['id']}"
    transaction.put(patient)
    await context.relate(transaction.session, reference)
    await transaction.flush()
    return transaction.written[reference]
