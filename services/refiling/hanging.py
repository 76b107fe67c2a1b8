"""What hangs on a resource: what a visit or a report takes along when it changes its patient.

hl7v2.md, checklist 52. What refers to a visit belongs to it, and so does what that refers to in turn.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from adapters.v2_to_fhir.visit_move import owned
from fhir.references import targets
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.transaction import Transaction


async def hanging(
    tx: Transaction,
    first: Sequence[Stored],
    told: Callable[[Stored], Resource],
    goes_along: Callable[[Stored], bool] | None,
) -> dict[str, Stored]:
    """`first`, and, step by step, what these refer to as far as it `goes_along` (None: nothing does).

    `told` gives the resource as it is to be looked at.
    """
    found: dict[str, Stored] = {}
    waiting = first
    while waiting:
        new = {each.reference: each for each in waiting if owned(each.reference) and not each.deleted}
        found |= new
        if goes_along is None:
            break
        named = {name for each in new.values() for name in outward(told(each))}
        loaded = await tx.load(sorted(filter(owned, named - found.keys())))
        waiting = [each for each in loaded.values() if goes_along(each)]
    return found


def outward(resource: Resource) -> set[str]:
    """What a resource refers to (`Type/id`), the Binaries that its attachments name among them."""
    return {*targets(resource), *_attached(resource)}


def _attached(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        url = value.get("url")
        if isinstance(url, str) and url.startswith("Binary/"):
            yield url.partition("/_history/")[0]
        for member in value.values():
            yield from _attached(member)
    elif isinstance(value, list):
        for member in value:
            yield from _attached(member)
