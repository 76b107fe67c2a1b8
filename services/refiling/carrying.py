"""A move carried out: the plan written in one transaction, with what a later message of the feed must know.

Beside each resource stands whose it was (`moved`) or what left it (`parted`); so a message of before goes
where the resource is now, and the same move can be undone to the letter while nothing else was changed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from adapters.v2_to_fhir.detachment import detached
from adapters.v2_to_fhir.draft import FIRST_HAND
from adapters.v2_to_fhir.sortable import sortable
from adapters.v2_to_fhir.visit_move import moved
from fhir.identity import new_id
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, instant
from fhir.store import EVERYONE, Store, Stored
from fhir.store.transaction import Transaction
from fhir.validation import errors
from services.refiling.plan import Plan

_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_TYPE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
Memory = dict[str, Any]


async def carry_out(tx: Transaction, store: Store, plan: Plan, now: datetime, name: str) -> None:
    """Write what `plan` says; `name` is that of whoever moves. A Refusal where something can't be alone."""
    time = sortable(now)
    for stored in plan.moving.values():
        resource, memory = await _restored(store, stored, plan.to) or _moved(stored, plan, time)
        told = {"from": _former(stored, plan), "to": plan.to, "time": time, "sent": True}
        kept = {
            "without": sorted(plan.cut),
            "version": stored.version,
            "lists": stored.memory.get("lists") or {},
        }
        tx.put(resource, memory=memory | {"moved": told | kept})
    for stored in plan.parting.values():
        resource, memory = _without(stored.resource(), stored.memory, plan.moving.keys())
        gone = sorted({*(stored.memory.get("parted") or {}).get("without", ()), *plan.moving})
        told = {
            "without": gone,
            "time": time,
            "version": stored.version,
            "lists": stored.memory.get("lists") or {},
        }
        tx.put(resource, memory=memory | {"parted": told})
    await tx.flush()
    tx.put(_provenance(tx, plan, now, name), posted=True)
    await tx.flush()


def _former(stored: Stored, plan: Plan) -> list[str]:
    """All whose it was before; a message about any of them goes on."""
    return sorted({*plan.persons, *(stored.memory.get("moved") or {}).get("from", ())} - {plan.to})


def _moved(stored: Stored, plan: Plan, time: str) -> tuple[Resource, Memory]:
    names = dict.fromkeys(plan.persons, plan.to)
    resource: Resource = _nameless(stored.resource(), plan.persons)
    result, memory = moved(resource, stored.memory, names, f"{FIRST_HAND} {time}")
    return _without(result, memory, plan.cut)


async def _restored(store: Store, stored: Stored, to: str) -> tuple[Resource, Memory] | None:
    """As it was before it was moved away from `to`, where nothing has changed it since."""
    last: Mapping[str, Any] = stored.memory.get("moved") or {}
    if to not in last.get("from", ()) or last.get("version") != stored.version - 1:
        return None
    return await _former_version(store, stored, last, to)


async def _former_version(
    store: Store, stored: Stored, last: Mapping[str, Any], to: str | None
) -> tuple[Resource, Memory] | None:
    before = await store.resources.read_version(stored.type, stored.id, last["version"], EVERYONE)
    if before is None or before.deleted or (to is not None and before.owner != to):
        return None
    memory = {name: value for name, value in stored.memory.items() if name != "lists"}
    return before.resource(), memory | ({"lists": last["lists"]} if last["lists"] else {})


async def rejoin(tx: Transaction, store: Store, references: Collection[str]) -> None:
    """Give what stayed behind its links again, where nothing has changed it since."""
    for stored in (await tx.load(references)).values():
        last: Mapping[str, Any] = stored.memory.get("parted") or {}
        if not stored.deleted and last.get("version") == stored.version - 1:
            found = await _former_version(store, stored, last, None)
            if found is not None:
                resource, memory = found
                memory.pop("parted", None)
                tx.put(resource, memory=memory)


def _without(resource: Resource, memory: Mapping[str, Any], gone: Collection[str]) -> tuple[Resource, Memory]:
    """Without the links to `gone`; entries that can't be without theirs go as a whole."""
    for whole in (False, True):
        result, kept = detached(resource, memory, gone, whole=whole)
        if not errors(result):
            return result, kept
    type = resource["resourceType"]
    raise Refusal(Fault.BUSINESS_RULE, f"a {type} can't be without a link that would be taken out of it")


def _nameless(value: Any, persons: Collection[str]) -> Any:
    """References to a Patient without what they say of him besides."""
    if isinstance(value, dict):
        if value.get("reference") in persons:
            return {name: each for name, each in value.items() if name in ("reference", "type")}
        return {name: _nameless(each, persons) for name, each in value.items()}
    return [_nameless(each, persons) for each in value] if isinstance(value, list) else value


def _provenance(tx: Transaction, plan: Plan, now: datetime, name: str) -> Resource:
    """Who moved it and when, in the file where it lies now."""
    targets = [f"{each}/_history/{tx.written[each].version}" for each in sorted(plan.moving)]
    return {
        "resourceType": "Provenance",
        "id": new_id(),
        "target": [{"reference": each} for each in (*targets, plan.to)],
        "recorded": instant(now),
        "activity": {
            "coding": [{"system": _OPERATION, "code": "UPDATE"}],
            "text": "moved from the file of another patient",
        },
        "agent": [{"type": {"coding": [{"system": _TYPE, "code": "custodian"}]}, "who": {"display": name}}],
    }
