"""Whole lists: what a source told before and leaves out of a list that it gives whole is no longer so.

hl7v2.md, checklist 36 and 43; `adapters.v2_to_fhir.snapshot` has the rule.
"""

from collections.abc import Sequence
from typing import Any

from adapters.v2_to_fhir import snapshot
from adapters.v2_to_fhir.snapshot import Snapshot
from fhir.resource import Resource
from fhir.store import EVERYONE
from fhir.store.transaction import Transaction
from services.worker.patient_links import Made


async def compare(
    tx: Transaction, made: Made, lists: Sequence[Snapshot], source: str, time: str
) -> dict[str, tuple[Resource, dict[str, Any]]]:
    """Hold what is in `made` against the lists of its owners; what else of them changes, by reference.

    `lists` are those that the message gives, `time` is the message's (`Conversion.told`).
    """
    for each in lists:
        if each.owner in made:
            owner, memory = made[each.owner]
            made[each.owner] = owner, snapshot.gave(memory, each.type, source, time)
    others: Made = {}
    tokens = [f"{each.type}.{each.element}|{each.owner}" for each in lists]
    for held in await tx.find({"tokens": {"$in": tokens}}, EVERYONE) if tokens else ():
        if held.reference not in made and not held.deleted:
            resource, memory = await _held_against(tx, made, held.resource(), held.memory)
            if memory != held.memory:
                others[held.reference] = resource, memory
    for reference, (resource, memory) in made.items():
        made[reference] = await _held_against(tx, made, resource, memory)
    return others


async def _held_against(
    tx: Transaction, made: Made, resource: Resource, memory: dict[str, Any]
) -> tuple[Resource, dict[str, Any]]:
    owner = snapshot.owner(resource)
    if not owner:
        return resource, memory
    if owner in made:
        remembered = made[owner][1]
    else:
        stored = (await tx.load([owner])).get(owner)
        remembered = {} if stored is None else stored.memory
    return snapshot.in_its_list(*snapshot.as_told(resource, memory), remembered)
