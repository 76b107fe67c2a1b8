"""Mapping of codes: what a steward decides of a code that nothing translates.

FHIR R4 conceptmap.html, task.html; hl7v2.md, checklist 55. Each source has one ConceptMap of the workbench's
own; a decision is one transaction that writes it and the Task, so both have their versions. `services.worker`
runs the messages again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from adapters.v2_to_fhir.source import Source
from fhir.resource import Resource, instant
from fhir.store import Store
from fhir.store.transaction import Transaction
from services.dead_letters import Settled, Steward
from services.inbox import DONE, Inbox
from services.unmapped_codes import COMPLETED, OPEN, Waiting

REJECTED = "rejected"
MOST_AGAIN = 2000
"""Messages that are run again when a mapping is taken back."""
_OUTPUTS = ("target", "messages", "mapped")
Change = Callable[[Resource], Resource]


class Target(NamedTuple):
    """What a code is mapped to; `version` where two tables share the system's OID."""

    system: str
    code: str
    display: str = ""
    version: str = ""


def map_id(store: Store, source: Source) -> str:
    """The id of the workbench's ConceptMap of a source."""
    return store.vault.identify(f"ConceptMap|workbench|{source.code}")


async def map_code(
    store: Store, source: Source, task: Waiting, target: Target, words: str, messages: int, by: Steward
) -> None:
    """Let `target` count for the code of a Task; Settled where the Task is open no more.

    `words` is what the source calls it, `messages` how many wait for it now.
    """
    now = datetime.now(UTC)
    coding = {name: value for name, value in target._asdict().items() if value}
    told: list[dict[str, Any]] = [{"valueCoding": coding}, {"valueInteger": messages}]
    told.append({"valueDateTime": instant(now)})
    output = [{"type": {"text": name}} | value for name, value in zip(_OUTPUTS, told, strict=True)]

    def changed(resource: Resource) -> Resource:
        return _noted(resource, by, now, f"mapped to {target.system}|{target.code}") | {"output": output}

    async def work(tx: Transaction) -> None:
        map = await _map(tx, store, source)
        tx.put(_with(map, task, target, words))
        tx.put(changed(await _task(tx, task.id, OPEN)))

    await store.resources.transact(work)


async def take_back(store: Store, inbox: Inbox, source: Source, task: Waiting, by: Steward) -> int | None:
    """Undo the mapping of a Task; how many messages are run again, None where there are too many for that."""
    since = mapped_at(task.resource)

    async def work(tx: Transaction) -> None:
        tx.put(_without(await _map(tx, store, source), task))
        resource = await _task(tx, task.id, OPEN, COMPLETED)
        tx.put(_noted(resource, by, datetime.now(UTC), "mapping taken back") | {"status": OPEN})

    await store.resources.transact(work)
    later = {"source": task.source, "state": DONE, "processed": {"$gte": since}}
    if since is None or await inbox.collection.count_documents(later, limit=MOST_AGAIN + 1) > MOST_AGAIN:
        return None
    return await inbox.replay(later)


async def reject(store: Store, id: str, reason: str, by: Steward) -> None:
    """Leave a code without a map, for a reason; its messages are no longer looked at for it."""

    def changed(resource: Resource) -> Resource:
        noted = _noted(resource, by, datetime.now(UTC), "not mappable")
        return noted | {"status": REJECTED, "statusReason": {"text": reason}}

    await store.resources.transact(lambda tx: _put(tx, id, (OPEN,), changed))


async def reopen(store: Store, id: str, by: Steward) -> None:
    """Look for a map of a code again that was left without one."""

    def changed(resource: Resource) -> Resource:
        noted = _noted(resource, by, datetime.now(UTC), "opened again")
        kept = {name: value for name, value in noted.items() if name != "statusReason"}
        return kept | {"status": OPEN}

    await store.resources.transact(lambda tx: _put(tx, id, (REJECTED,), changed))


def mapped_to(task: Resource) -> Target | None:
    """What a Task was mapped to."""
    coding = _output(task, "target", "valueCoding")
    return None if coding is None else Target(**{name: str(value) for name, value in coding.items()})


def mapped_messages(task: Resource) -> int:
    """How many messages waited when it was mapped."""
    return int(_output(task, "messages", "valueInteger") or 0)


def mapped_at(task: Resource) -> datetime | None:
    """When it was mapped."""
    told = _output(task, "mapped", "valueDateTime")
    return datetime.fromisoformat(told) if told else None


def _output(task: Resource, name: str, member: str) -> Any:
    found = (each for each in task.get("output", ()) if each["type"].get("text") == name)
    return next((each[member] for each in found if member in each), None)


async def _put(tx: Transaction, id: str, states: tuple[str, ...], changed: Change) -> None:
    tx.put(changed(await _task(tx, id, *states)))


async def _task(tx: Transaction, id: str, *states: str) -> Resource:
    held = (await tx.load([f"Task/{id}"])).get(f"Task/{id}")
    if held is None or held.deleted or held.resource().get("status") not in states:
        raise Settled
    return held.resource()


def _noted(task: Resource, by: Steward, now: datetime, text: str) -> Resource:
    """The Task with a line about who did what; what it was mapped to is told anew or not at all."""
    note = {"authorString": by.name, "time": instant(now), "text": text}
    kept = {name: value for name, value in task.items() if name != "output"}
    return kept | {"lastModified": instant(now), "note": [*task.get("note", ()), note]}


async def _map(tx: Transaction, store: Store, source: Source) -> Resource:
    id = map_id(store, source)
    held = (await tx.load([f"ConceptMap/{id}"])).get(f"ConceptMap/{id}")
    if held is not None and not held.deleted:
        return held.resource()
    return {
        "resourceType": "ConceptMap",
        "id": id,
        "url": f"urn:furong:map:source:{quote(source.code, safe='')}",
        "version": "0",
        "name": "Workbench",
        "title": source.code,
        "status": "active",
        "sourceUri": source.urn,
    }


def _with(map: Resource, task: Waiting, target: Target, words: str) -> Resource:
    """The map with the code, and nowhere else than in the group of its target."""
    map = _without(map, task)
    ends = {"source": task.code.system, "target": target.system}
    ends |= {"targetVersion": target.version} if target.version else {}
    groups = list(map.get("group", ()))
    group = next(
        (each for each in groups if {n: each.get(n) for n in _ENDS} == {n: ends.get(n) for n in _ENDS}), None
    )
    shown = {"display": target.display} if target.display else {}
    element: dict[str, Any] = {"code": task.code.code} | ({"display": words} if words else {})
    element |= {"target": [{"code": target.code, **shown, "equivalence": "equivalent"}]}
    if group is None:
        return map | {"group": [*groups, ends | {"element": [element]}]}
    groups[groups.index(group)] = group | {"element": [*group["element"], element]}
    return map | {"group": groups}


_ENDS = ("source", "target", "targetVersion")


def _without(map: Resource, task: Waiting) -> Resource:
    """The next version of the map, without the code; a group without codes goes too."""
    groups = []
    for group in map.get("group", ()):
        others = [each for each in group["element"] if each["code"] != task.code.code]
        elements = others if group["source"] == task.code.system else group["element"]
        groups += [group | {"element": elements}] if elements else []
    bare = {name: value for name, value in map.items() if name != "group"}
    head = bare | {"version": str(int(map["version"]) + 1), "status": "active"}
    return head | ({"group": groups} if groups else {})
