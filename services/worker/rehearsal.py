"""Rehearsal: what a message would change in the store, found out in a transaction that is taken back.

Checklist 38: the difference of a replay before it is done. Nothing is written but, for a patient who is new,
the data key of a file that then stays empty.
"""

from adapters.v2_to_fhir.conversion import Conversion
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import EVERYONE, Store, Stored
from fhir.store.transaction import Transaction
from services.difference import difference
from services.sources import Registration
from services.worker.processor import Processor
from services.worker.unusable import Unusable


class _Undone(Exception):
    """It would have worked."""


async def changes(
    store: Store, processor: Processor, registration: Registration, conversion: Conversion
) -> dict[str, list[str]]:
    """By `Type/id` the lines of `difference`; nothing where all is there already. Unusable as in earnest."""
    after: dict[str, Stored] = {}

    async def attempt(tx: Transaction) -> None:
        await processor.bring_in(tx, registration, conversion)
        after.clear()
        after.update({reference: tx.written[reference] for reference in sorted(tx.changed)})
        raise _Undone

    try:
        await store.resources.transact(attempt)
    except _Undone:
        pass
    except Refusal as refusal:
        raise Unusable("a resource can't be stored", refusal.issues) from None
    return {name: difference(await _now(store, name), _shown(one)) for name, one in after.items()}


async def _now(store: Store, reference: str) -> Resource | None:
    type, _, id = reference.partition("/")
    return _shown(await store.resources.read(type, id, EVERYONE))


def _shown(stored: Stored | None) -> Resource | None:
    return None if stored is None or stored.deleted else stored.resource()
