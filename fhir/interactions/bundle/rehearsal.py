"""Rehearsal: whether the reads of a transaction can be answered, found out before it is committed.

FHIR R4 3.1.0.11.2 (http.html#trules): where one entry fails, all do. The reads are answered once the writes
can be seen, which is after the commit, too late to fail. So each is tried before anything is written; what it
does not find yet has to be there among the writes.
"""

from collections.abc import Iterable
from dataclasses import replace

from fhir.access import Action
from fhir.cursor import CURSOR
from fhir.interactions.bundle.entry import Entry, at, placed, within
from fhir.interactions.bundle.retrieval import answer, foresee, parameters
from fhir.interactions.context import Context, Trail
from fhir.interactions.read import not_found, shown
from fhir.interactions.update import seen
from fhir.outcome import Fault, Refusal
from fhir.store.transaction import Transaction

_ABSENT = (Fault.NOT_FOUND, Fault.GONE)


async def rehearse(context: Context, reads: Iterable[Entry], writes: Iterable[Entry]) -> frozenset[int]:
    """Refuse the whole where one of `reads` can't be answered.

    The positions of those that wait: nothing is found yet at an id that `writes` will fill.
    """
    coming = {each.reference for each in writes if each.id is not None and each.method != "DELETE"}
    waiting = set()
    for each in reads:
        at(each.position, foresee, each)
        try:
            await answer(replace(context, trail=Trail()), each)
        except Refusal as refusal:
            if refusal.fault not in _ABSENT or _paged(each) or "/".join(each.segments[:2]) not in coming:
                raise placed(refusal, each.position) from None
            waiting.add(each.position)
    return frozenset(waiting)


async def check_found(
    context: Context, transaction: Transaction, reads: Iterable[Entry], waiting: frozenset[int]
) -> None:
    """Refuse the whole where the writes of `transaction` leave one of `reads` without what it asks for."""
    for each in reads:
        reference = "/".join(each.segments[:2])
        if each.position in waiting or reference in transaction.changed:
            new = each.position in waiting
            await within(each.position, _found(context, transaction, each, reference, new))


async def _found(context: Context, transaction: Transaction, entry: Entry, reference: str, new: bool) -> None:
    """Of a version that was not there before (`new`) nothing is found but what is current now."""
    current = await seen(transaction, reference, await context.permit(entry.type, Action.READ))
    if entry.segments[2:3] != ("_history",):
        shown(context, current)
    elif len(entry.segments) == 4 and new and entry.segments[3] != str(current.version if current else 0):
        raise not_found()


def _paged(entry: Entry) -> bool:
    """Is it a page link? None leads to what is not there yet."""
    return any(name == CURSOR for name, _ in parameters(entry))
