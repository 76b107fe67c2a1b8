"""Unmapped codes: one Task for the mapper for each code of a source that nothing translates.

hl7v2.md, checklist 55. The Task's id follows from source, system and code, and a row of the inbox keeps the
ids of those that its message had (`codes`): the code itself stands in the sealed Task alone, away from any
patient. It names a field, never a person.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from adapters.v2_to_fhir.concept_map import Code
from fhir.resource import Resource, instant
from fhir.search.query import parse
from fhir.search.value import escaped
from fhir.store import EVERYONE, Store, Stored
from fhir.store.transaction import Transaction
from services.inbox import DONE, RECEIVED, Inbox
from services.labelling import labelled

SYSTEM = "urn:furong:task"
UNMAPPED = "unmapped-code"
SOURCE = "urn:furong:source"
OPEN, COMPLETED = "requested", "completed"
MOST = 2000
"""Tasks of one source: a source that sends numbers where codes belong has no more."""
_BEYOND = Code("", "")
"""What stands for all codes of a source beyond that."""


class Waiting(NamedTuple):
    """An open Task, and what it is about."""

    id: str
    source: str
    code: Code
    resource: Resource


class Counts(NamedTuple):
    """Of a code without a map: the messages that have it, and how many of them a person has to look at,
    because they would get other ids by the new maps."""

    messages: int
    held: int


def task_id(identify: Callable[[str], str], source: str, code: Code) -> str:
    """The id of the Task of a code."""
    return identify("|".join(("Task", UNMAPPED, source, *code)))


async def note(
    tx: Transaction,
    store: Store,
    source: str,
    unknown: Mapping[Code, str],
    message: str,
    label: str | None = None,
) -> list[str]:
    """Open a Task for each code, or open it again, as part of `tx`; the ids for the message's row.

    A Task that the mapper cancelled or rejected stays so. `label` is the source's.
    """
    if not unknown:
        return []
    ids = {task_id(store.vault.identify, source, code): code for code in unknown}
    held = await tx.load(f"Task/{id}" for id in ids)
    new = [id for id in ids if _is_missing(held.get(f"Task/{id}"))]
    room = MOST - await _count(store, source) if new else 0
    for id in new[: max(room, 0)]:
        tx.put(labelled(_task(id, source, ids[id], unknown[ids[id]], message), label))
    if len(new) > room:
        beyond = task_id(store.vault.identify, source, _BEYOND)
        if _is_missing((await tx.load([f"Task/{beyond}"])).get(f"Task/{beyond}")):
            tx.put(labelled(_task(beyond, source, _BEYOND, unknown[ids[new[-1]]], message), label))
    for stored in held.values():
        if not stored.deleted and stored.resource().get("status") == COMPLETED:
            tx.put(_changed(stored.resource(), OPEN))
    return list(ids)


def _is_missing(stored: Stored | None) -> bool:
    return stored is None or stored.deleted


async def _count(store: Store, source: str) -> int:
    return await store.resources.count(_filter(store, source), EVERYONE)


def _task(id: str, source: str, code: Code, place: str, message: str) -> Resource:
    now = instant(datetime.now(UTC))
    words = f"A code of {source} in {place} has no map: a ConceptMap or an overlay names what it means"
    if code == _BEYOND:
        words = f"{source} has sent more than {MOST} codes without a map: does {place} hold codes at all?"
    told: dict[str, dict[str, Any]] = {}
    if code != _BEYOND:
        told["code"] = {"valueCoding": {"system": code.system, "code": code.code}}
    told |= {"place": {"valueString": place}, "message": {"valueString": message}}
    told["count"] = {"valueInteger": 1}
    return {
        "resourceType": "Task",
        "id": id,
        "groupIdentifier": {"system": SOURCE, "value": source},
        "status": OPEN,
        "intent": "order",
        "code": {"coding": [{"system": SYSTEM, "code": UNMAPPED}], "text": "代码待映射"},
        "description": words,
        "authoredOn": now,
        "lastModified": now,
        "input": [{"type": {"text": kind}} | value for kind, value in told.items()],
    }


def _changed(task: Resource, status: str, count: int | None = None) -> Resource:
    """The Task in a new state, or with another count of messages."""
    given = [
        each | {"valueInteger": count} if count is not None and "valueInteger" in each else each
        for each in task.get("input", ())
    ]
    return task | {"status": status, "lastModified": instant(datetime.now(UTC)), "input": given}


def _filter(store: Store, source: str | None, status: str | None = None) -> dict[str, Any]:
    asked = [("code", f"{SYSTEM}|{UNMAPPED}")]
    asked += [("group-identifier", f"{SOURCE}|{escaped(source)}")] if source else []
    asked += [("status", status)] if status else []
    return parse("Task", asked, strict=True).filter(store.keyed, {})


async def waiting(store: Store, source: str | None = None, since: datetime | None = None) -> list[Waiting]:
    """The open Tasks, and those completed `since`: a message may have been on its way just then."""
    found = await store.resources.search(_filter(store, source, OPEN), EVERYONE, limit=0)
    if since is not None:
        late = {"$and": [_filter(store, source, COMPLETED), {"updated": {"$gte": since}}]}
        found += await store.resources.search(late, EVERYONE, limit=0)
    read = (_read(stored.resource()) for stored in found)
    return [each for each in read if each is not None]


async def find(store: Store, id: str) -> Waiting | None:
    """The Task of a code by its id, in whatever state; None where there is none."""
    stored = await store.resources.read("Task", id, EVERYONE)
    if stored is None or stored.deleted:
        return None
    kinds = [each.get("code") for each in stored.resource().get("code", {}).get("coding", ())]
    return _read(stored.resource()) if UNMAPPED in kinds else None


async def newest(store: Store, status: str, limit: int) -> list[Waiting]:
    """The Tasks in a state that were changed last."""
    found = await store.resources.search(_filter(store, None, status), EVERYONE, limit=limit)
    read = (_read(stored.resource()) for stored in found)
    return [each for each in read if each is not None]


def _read(task: Resource) -> Waiting | None:
    coding = next((each["valueCoding"] for each in task.get("input", ()) if "valueCoding" in each), None)
    if coding is None:
        return None
    code = Code(str(coding.get("system", "")), str(coding.get("code", "")))
    return Waiting(task["id"], str(task["groupIdentifier"]["value"]), code, task)


def place(task: Resource) -> str:
    """The field where the code was first seen."""
    return next((str(e["valueString"]) for e in task["input"] if e["type"].get("text") == "place"), "")


async def messages(inbox: Inbox, id: str) -> int:
    """How many messages have the code of a Task and no map for it."""
    return await inbox.collection.count_documents({"codes": id, "state": {"$in": [DONE, RECEIVED]}})


async def counts(inbox: Inbox, ids: Sequence[str]) -> dict[str, Counts]:
    """The counts of each of some Tasks, in one query."""
    held: list[Any] = [{"$eq": ["$state", DONE]}, {"$gt": ["$held", None]}]
    rows = await inbox.collection.aggregate([
        {"$match": {"codes": {"$in": list(ids)}, "state": {"$in": [DONE, RECEIVED]}}},
        {"$project": {"codes": True, "held": {"$and": held}}},
        {"$unwind": "$codes"},
        {"$group": {"_id": "$codes", "messages": {"$sum": 1}, "held": {"$sum": {"$toInt": "$held"}}}},
    ])  # fmt: skip
    known = {row["_id"]: Counts(row["messages"], row["held"]) async for row in rows}
    return {id: known.get(id, Counts(0, 0)) for id in ids}


async def complete(store: Store, id: str) -> None:
    """Complete an open Task."""
    await store.resources.transact(lambda tx: _change(tx, id, COMPLETED, None))


async def recount(store: Store, task: Waiting, count: int) -> None:
    """Tell the mapper of a number of messages; only where it doubled, so that the Task has few versions."""
    told = next((each["valueInteger"] for each in task.resource["input"] if "valueInteger" in each), 1)
    if count >= 2 * told:
        await store.resources.transact(lambda tx: _change(tx, task.id, OPEN, count))


async def _change(tx: Transaction, id: str, status: str, count: int | None) -> None:
    held = (await tx.load([f"Task/{id}"])).get(f"Task/{id}")
    if held is not None and not held.deleted and held.resource().get("status") == OPEN:
        tx.put(_changed(held.resource(), status, count))
