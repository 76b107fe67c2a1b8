"""Processing of one message: its drafts merged into the store, in one transaction with its row of the inbox.

Checklist lines 36 to 39 and 62 of the feed. Exactly once: the row leaves `received` in the transaction that
writes the resources, or not at all.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.hl7v2.sequence import opens_link
from adapters.v2_to_fhir.conversion import Conversion, convert
from adapters.v2_to_fhir.draft import FIRST_HAND, Draft
from adapters.v2_to_fhir.map_version import map_version
from adapters.v2_to_fhir.merge import Memory, merge
from adapters.v2_to_fhir.snapshot import as_told, owner, told_by
from fhir.matching.contradiction import contradictory
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store, Stored
from fhir.store.transaction import Transaction
from fhir.validation import errors
from services import source_metrics, unmapped_codes
from services.concept_maps import ConceptMaps
from services.inbox import DEAD, DONE, RECEIVED, Inbox, arrived
from services.labelling import labelled
from services.sources import Registration, Sources
from services.worker.houses import describe, find_houses
from services.worker.known_before import find_known
from services.worker.orders import find_orders, take_in
from services.worker.ownership import check_known, check_owners
from services.worker.patient_links import Made, check_numbers, join, link
from services.worker.unusable import Unusable
from services.worker.visit_moves import follow, move
from services.worker.whole_lists import compare

_UNSEEN_SECONDS = 0.02
_LARGE, _LARGE_AT_ONCE = 200_000, 2
"""A message of so many bytes is converted in a thread, so that others go on meanwhile."""
_BREATH = 50
"""After so many resources others in this process have their turn."""


_RUNS = 50
"""So many of the last runs of a message are remembered."""

Run = dict[str, Any]
"""One processing of a message: when it `began`, was `converted` and `written` with so many `versions`, or
`buried` for a `reason` (checklist 40)."""
T = TypeVar("T")


class Taken(Exception):
    """Another worker has processed the message meanwhile."""


class Processor:
    """Processes messages of the inbox."""

    def __init__(self, store: Store, inbox: Inbox, sources: Sources) -> None:
        self._store = store
        self._inbox = inbox
        self._sources = sources
        self._concept_maps = ConceptMaps(store)
        self._aside = ThreadPoolExecutor(_LARGE_AT_ONCE, "large")

    async def process(self, id: str) -> str:
        """Process the message `id`; returns its new state (`done` or `dead`)."""
        row = await self._inbox.collection.find_one({"_id": id})
        if row is None or row["state"] != RECEIVED:
            return DONE
        state = await self._process(id, row)
        source_metrics.processed(row["source"], row.get("replayed", row["received"]), dead=state == DEAD)
        return state

    async def _process(self, id: str, row: dict[str, Any]) -> str:
        run: Run = {"began": datetime.now(UTC)}
        try:
            registration, conversion = await self.convert(row)
            run["converted"] = datetime.now(UTC)
            await self._store.resources.transact(
                lambda tx: self._write(tx, id, registration, conversion, run), size=len(conversion.drafts)
            )
            if conversion.unmapped:
                source_metrics.UNMAPPED.labels(source_metrics.label(row["source"])).inc()
        except Taken:
            # A transaction may not see yet what came in a moment ago: such a message is still to be done.
            if await self._inbox.collection.find_one({"_id": id, "state": RECEIVED}, {"_id": True}) is None:
                return DONE
            await asyncio.sleep(_UNSEEN_SECONDS)
            return await self._process(id, row)
        except Unusable as unusable:
            await self.bury(id, unusable.reason, run)
            return DEAD
        except Refusal as refusal:
            await self.bury(id, Unusable("a resource can't be stored", refusal.issues).reason, run)
            return DEAD
        return DONE

    async def convert(self, row: dict[str, Any]) -> tuple[Registration, Conversion]:
        """What the message of a row says, by today's maps; Unusable where that is nothing."""
        registration = await self.registration(row["source"])
        if registration is None:
            raise Unusable("the source is not registered any more")
        raw = await self._inbox.raw(row)
        if len(raw) < _LARGE:
            return registration, self.mapped(registration, raw, arrived(row))
        work = partial(self.mapped, registration, raw, arrived(row))
        return registration, await asyncio.get_running_loop().run_in_executor(self._aside, work)

    async def registration(self, code: str) -> Registration | None:
        """How the messages of a source are read today, by its overlay and its ConceptMaps."""
        found = await self._sources.find(code)
        return None if found is None else replace(found, source=await self._concept_maps.on(found.source))

    async def maps(self) -> Any:
        """Something that changes whenever the maps of any source do."""
        await self._concept_maps.refresh()
        return (self._concept_maps.state, self._sources.overlays())

    def mapped(self, registration: Registration, raw: bytes, arrived: str = "") -> Conversion:
        """What the bytes of a message say, by today's maps of its source; Unusable where that is nothing.

        `arrived`: its place in the order of arrival, where it has one.
        """
        overlay = registration.source.overlay
        if overlay is not None and overlay.fault:
            raise Unusable("the overlay of the source does not go with the shipped maps any more")
        message = Message.parse(decode(raw, registration.source.charset).text)
        try:
            conversion = convert(message, registration.source, self._store.vault.identify, arrived)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise Unusable(f"the message can't be mapped ({type(error).__name__})") from error
        if not conversion.map and not opens_link(message):
            raise Unusable("there is no map for this kind of message yet")
        for name, (sent, told, left) in conversion.counts.items():
            if sent != told + left:
                raise Unusable("a segment would be lost", place=name)
        for fault in conversion.faults:
            raise Unusable(fault.reason, place=fault.place)
        return conversion

    async def _write(
        self, tx: Transaction, id: str, registration: Registration, conversion: Conversion, run: Run
    ) -> None:
        doubts = await self.bring_in(tx, registration, conversion)
        source = registration.source
        codes = await unmapped_codes.note(
            tx, self._store, source.code, conversion.unknown, id, registration.label
        )
        await tx.flush()
        await self._settle(tx, id, conversion, map_version(source), codes, run, doubts)

    async def bring_in(
        self, tx: Transaction, registration: Registration, conversion: Conversion
    ) -> list[str]:
        """Write what a message says, as far as it is new; returns warnings of what is doubtful."""
        organization = registration.source.organization
        await tx.load([*(draft.reference for draft in conversion.drafts), organization])
        followed = await follow(tx, conversion)
        drafts = await find_houses(tx, self._store.keyed, self._sources, followed.drafts)
        ordered = await find_orders(tx, self._store.keyed, self._store.persons, drafts)
        known, doubts = await find_known(tx, ordered.drafts)
        followed = replace(followed, drafts=known)
        references = [draft.reference for draft in followed.drafts]
        await describe(tx, registration)
        current = await tx.load([*references, organization])
        if registration.terms.known_patients and not conversion.first_hand:
            check_known(followed.drafts, current)
        made: Made = {}
        async for draft in _breathing(followed.drafts):
            if draft.type != "Provenance":
                _bring_in(draft, made, current)
                _note(draft, made, registration.source.code, conversion.told)
        others = await compare(tx, made, followed.snapshots, registration.source.code, conversion.told)
        await check_owners(tx, self._store.persons, made, current, followed, conversion.links)
        await take_in(tx, made, ordered)
        await link(tx, made, conversion.links)
        await move(tx, self._store.persons, made, followed.moves)
        own = set(references)
        async for reference, (resource, memory) in _breathing(made.items()):
            self._put(tx, resource, memory, organization, registration.label if reference in own else None)
        for resource, memory in others.values():
            self._put(tx, resource, memory, organization, None)
        await join(tx, self._store.persons, made, conversion.links)
        await tx.flush()
        await check_numbers(tx, self._store.persons, made, conversion.links)
        for draft in followed.drafts if tx.changed else ():
            if draft.type == "Provenance":
                told = _bring_in(_of_all(draft, [each for each in made if each in tx.changed]), {}, current)
                self._put(tx, *told, organization, registration.label)
        await tx.flush()
        return doubts

    def _put(
        self, tx: Transaction, resource: Resource, memory: Memory, house: str, label: str | None
    ) -> None:
        resource = labelled(resource, label)
        faults = errors(resource)
        if faults:
            raise Unusable(f"the {resource['resourceType']} would not be valid FHIR", faults)
        tx.put(resource, memory=memory, recorder=house)

    async def _settle(
        self,
        tx: Transaction,
        id: str,
        conversion: Conversion,
        maps: str,
        codes: list[str],
        run: Run,
        doubts: list[str],
    ) -> None:
        now = datetime.now(UTC)
        wrote = [f"{each}/_history/{tx.written[each].version}" for each in tx.written if each in tx.changed]
        change = {
            "maps": maps,
            "state": DONE,
            "processed": now,
            "told": max((each.event_time for each in conversion.drafts if each.event_time), default=None),
            "unmapped": list(conversion.unmapped),
            "counts": {name: list(each) for name, each in conversion.counts.items()},
            "warnings": [str(warning) for warning in (*conversion.warnings, *doubts)],
        }
        made = [each.reference for each in conversion.drafts if each.type != "Provenance"]
        waiting: dict[str, Any] = {"codes": codes, "made": made}
        update: dict[str, Any] = {
            "$set": change | (waiting if codes else {}),
            "$unset": dict.fromkeys(("held",) if codes else (*waiting, "held"), ""),
            "$addToSet": {"versions": {"$each": wrote}},
        } | _ran(run | {"written": now, "versions": len(wrote)})
        result = await self._inbox.collection.update_one(
            {"_id": id, "state": RECEIVED}, update, session=tx.session
        )
        if result.matched_count == 0:
            raise Taken

    async def bury(self, id: str, reason: dict[str, Any], run: Run | None = None) -> None:
        """Put the message among the dead letters, with the reason."""
        now = datetime.now(UTC)
        change = {"state": DEAD, "processed": now, "reason": reason}
        update = {"$set": change} | _ran((run or {}) | {"buried": now, "reason": reason["code"]})
        await self._inbox.collection.update_one({"_id": id, "state": RECEIVED}, update)


def _ran(run: Run) -> dict[str, Any]:
    """The update that remembers a run."""
    return {"$push": {"runs": {"$each": [run], "$slice": -_RUNS}}}


async def _breathing(items: Iterable[T]) -> AsyncIterator[T]:
    """The items, with a turn for others now and then."""
    for position, item in enumerate(items, start=1):
        yield item
        if position % _BREATH == 0:
            await asyncio.sleep(0)


def _bring_in(draft: Draft, made: Made, current: Mapping[str, Stored]) -> tuple[Resource, Memory]:
    """Merge a draft into what the message has made of its resource so far, else into what is stored."""
    stored = current.get(draft.reference)
    existing, memory = made.get(draft.reference, (None, {}))
    if stored is not None and draft.reference not in made:
        existing, memory = (
            (None, stored.memory) if stored.deleted else as_told(stored.resource(), stored.memory)
        )
    if draft.type == "Patient" and existing is not None:
        _check_same_person(existing, draft)
    made[draft.reference] = merge(existing, memory, draft)
    return made[draft.reference]


def _note(draft: Draft, made: Made, source: str, time: str) -> None:
    """Remember who told of what stands in somebody's list (line 43), and what it was called."""
    resource, memory = made[draft.reference]
    if draft.apart:
        memory = {**memory, "called": sorted({*memory.get("called", ()), draft.apart})}
        made[draft.reference] = resource, memory
    if owner(resource):
        made[draft.reference] = resource, told_by(memory, source, time)


def _of_all(provenance: Draft, changed: Sequence[str]) -> Draft:
    """With everything among its targets that the message has changed besides its own resources."""
    targets = [each["reference"] for each in provenance.elements["target"]]
    whole = [{"reference": reference} for reference in dict.fromkeys([*targets, *changed])]
    return replace(provenance, elements=provenance.elements | {"target": whole})


def _check_same_person(existing: Resource, draft: Draft) -> None:
    """A number that is known for somebody else: the message waits for a clerk, nothing is filed under it.

    An ADT may correct a name and a birth date together, but not the sex as well.
    """
    told = merge(None, {}, draft)[0]
    if contradictory(existing, told, strictly=draft.standing != FIRST_HAND):
        differs = "the patient's number is known for somebody else: name and birth date differ"
        raise Unusable(differs, place=draft.told_by)
