"""Interaction delete.

FHIR R4 3.1.0.7 (http.html#delete). Deleting what is deleted changes nothing; versions stay readable.
"""

from fhir.access import Action, Constraint
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.interactions.update import check_not_from_feed
from fhir.store.transaction import Transaction


async def delete(context: Context, type: str, id: str, *, version: int | None = None) -> None:
    """Delete `type`/`id`; `version` is the one that If-Match names."""
    context.trail.entity = f"{type}/{id}"
    constraint = await context.permit(type, Action.DELETE)
    owner = await context.store.resources.transact(lambda tx: remove(tx, f"{type}/{id}", constraint, version))
    context.trail.touch([owner] if owner else [])


async def remove(
    transaction: Transaction, reference: str, constraint: Constraint, version: int | None
) -> str | None:
    """Within a transaction: the deletion itself; the owner of what was deleted."""
    current = (await transaction.load([reference])).get(reference)
    hidden = current is None or current.owner not in await constraint.among([current.owner])
    if hidden and not constraint.unrestricted:
        raise not_found()
    if current is not None and not constraint.unrestricted:
        check_not_from_feed(current)
    await transaction.expect(reference, version)
    transaction.delete(reference)
    return current.owner if current else None
