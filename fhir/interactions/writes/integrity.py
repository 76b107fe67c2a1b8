"""Referential integrity: what others refer to is not deleted.

FHIR R4 3.1.0.7 (http.html#delete): 409 where a delete would leave references that lead nowhere. A referrer
that the writer may not see is counted, never named.
"""

from collections.abc import Sequence

from fhir.access import Action, Deny
from fhir.interactions.context import Context
from fhir.outcome import Fault, Issue, Refusal
from fhir.store import Stored
from fhir.store.constraint import visible
from fhir.store.transaction import Transaction

_NAMED = 10


async def check_unreferred(
    context: Context, transaction: Transaction, deleted: Sequence[str], *, alone: bool = False
) -> None:
    """Refuse (409) the deletion of `deleted` while other resources refer to one of them.

    Asked once all writes of the transaction are staged, so that a resource and its referrers can go together;
    of a deletion `alone` it is asked without sending anything, so that it can share its transaction.
    """
    if not deleted or not context.rules.integrity:
        return
    if not alone:
        await transaction.flush()
    found = await transaction.referrers(deleted, _NAMED + 1)
    if not found:
        return
    shown = [each.reference for each in found if await _visible(context, each)]
    issues = [
        Issue("conflict", f"{_named(transaction, reference)} refers to it, so it is not deleted")
        for reference in shown[:_NAMED]
    ]
    hidden = len(found) - len(shown)
    if hidden:
        text = "what is not yours to see refers to it, so it is not deleted"
        issues.append(Issue("conflict", text))
    raise Refusal(Fault.CONFLICT, issues=issues)


def _named(transaction: Transaction, reference: str) -> str:
    """A referrer, which may be one that is written by the very transaction that fails."""
    return "what another entry writes" if reference in transaction.changed else reference


async def _visible(context: Context, stored: Stored) -> bool:
    decision = await context.access.decide(stored.type, Action.READ)
    if isinstance(decision, Deny):
        return False
    return await visible(stored.row, decision.constraint)
