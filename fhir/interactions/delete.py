"""Interaction delete, and conditional delete.

FHIR R4 3.1.0.7 (http.html#delete, #cdelete). Deleting what is deleted changes nothing; versions stay
readable. What others refer to is not deleted (409) unless the site says so.
"""

from fhir.access import Action, Constraint
from fhir.interactions.context import Context
from fhir.interactions.update import check_match, check_not_from_feed, seen
from fhir.interactions.writes.criteria import matching, read_criteria, several
from fhir.interactions.writes.integrity import check_unreferred
from fhir.interactions.writes.precondition import NONE, Preconditions
from fhir.outcome import Fault, Refusal
from fhir.store.transaction import Transaction


async def delete(context: Context, type: str, id: str, *, preconditions: Preconditions = NONE) -> None:
    """Delete `type`/`id`."""
    reference = context.trail.entity = f"{type}/{id}"
    constraint = await context.permit(type, Action.DELETE)

    async def work(transaction: Transaction) -> str | None:
        owner = await remove(context, transaction, reference, constraint, preconditions)
        await check_unreferred(context, transaction, [reference], alone=True)
        return owner

    owner, _ = await context.store.resources.together([reference], work)
    context.trail.touch([owner] if owner else [])


async def delete_matching(
    context: Context, type: str, criteria: str, *, preconditions: Preconditions = NONE
) -> int:
    """Delete what `criteria` mean, which may be as much as the site allows; how many there were."""
    constraint = await context.permit(type, Action.DELETE)
    read_criteria(context, type, criteria)

    async def work(transaction: Transaction) -> list[str]:
        found = await matched(context, transaction, type, criteria)
        for reference in found:
            await remove(context, transaction, reference, constraint, preconditions, required=False)
        await check_unreferred(context, transaction, found)
        return found

    return len(await context.store.resources.transact(work))


async def matched(context: Context, transaction: Transaction, type: str, criteria: str) -> list[str]:
    """The references that a conditional delete means; a Refusal (412) where they are more than allowed."""
    most = context.rules.most_deleted
    found = await matching(context, transaction, type, criteria, most=most + 1)
    if len(found) > most == 1:
        raise several()
    if len(found) > most:
        raise Refusal(
            Fault.MULTIPLE_MATCHES, f"a conditional delete deletes at most {most} resources at once"
        )
    return [each.reference for each in found]


async def remove(
    context: Context,
    transaction: Transaction,
    reference: str,
    constraint: Constraint,
    preconditions: Preconditions = NONE,
    *,
    required: bool = True,
) -> str | None:
    """Within a transaction: the deletion itself; the owner of what was deleted."""
    current = await seen(transaction, reference, constraint)
    if current is not None and not constraint.unrestricted:
        check_not_from_feed(current)
    if current is None or not current.deleted:
        preconditions.check(current)
        if required:
            check_match(context, preconditions, current)
    transaction.delete(reference)
    return current.owner if current else None
