"""Moves of visits and accounts, in the transaction of a message.

hl7v2.md, checklist 52. A number that was given up is remembered beside its resource, so that late messages
under it go to the visit that it is now; so is the patient whom a visit, or what a steward has moved
(`services.refiling`), was taken from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.detachment import detached
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.snapshot import Snapshot
from adapters.v2_to_fhir.sortable import sortable
from adapters.v2_to_fhir.visit_move import (
    Move,
    absorbed,
    belonging,
    elsewhere,
    known_as,
    moved,
    repointed,
    superseded,
)
from fhir.resource import Resource
from fhir.store import Stored
from fhir.store.persons import Persons
from fhir.store.transaction import Transaction
from services.refiling.hanging import hanging
from services.worker.patient_links import Made
from services.worker.unusable import Unusable

_ANOTHERS = "the visit or account is that of another patient: a clerk must decide"
_KINDS = ("Encounter/", "Account/")
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Followed:
    """What a message says, under the numbers and of the patients that are right today."""

    drafts: Sequence[Draft]
    snapshots: Sequence[Snapshot]
    moves: Sequence[Move]


async def follow(tx: Transaction, conversion: Conversion) -> Followed:
    """Lead a message under a number that was given up, or of a patient a visit was taken from, there."""
    whole = await tx.load(draft.reference for draft in conversion.drafts)
    references = {draft.reference for draft in conversion.drafts if draft.reference.startswith(_KINDS)}
    references |= {each for move in conversion.moves for each in (move.before, move.after)}
    if not references:
        return Followed(_refiled(conversion.drafts, whole), conversion.snapshots, conversion.moves)
    stored = await tx.load(references)
    names = {each: await _today(tx, each, stored) for each in references}
    names = {before: after for before, after in names.items() if before != after}
    given_up = {move.before for move in conversion.moves} & names.keys()
    drafts = [_renamed(draft, names) for draft in conversion.drafts if draft.reference not in given_up]
    for visit in {draft.reference for draft in drafts if draft.reference.startswith(_KINDS)}:
        drafts = _taken_along(drafts, visit, await tx.load([visit]))
    return Followed(
        _refiled(drafts, whole),
        [replace(each, owner=names.get(each.owner, each.owner)) for each in conversion.snapshots],
        [
            replace(each, before=names.get(each.before, each.before), after=names.get(each.after, each.after))
            for each in conversion.moves
        ],
    )


async def _today(tx: Transaction, reference: str, stored: Mapping[str, Stored]) -> str:
    """What a number is today, through all that it was on the way."""
    seen: set[str] = set()
    while reference not in seen:
        seen.add(reference)
        held = stored.get(reference) or (await tx.load([reference])).get(reference)
        reference = ((held.memory.get("replaced") or {}) if held else {}).get("by", reference)
    return reference


def _renamed(draft: Draft, names: Mapping[str, str]) -> Draft:
    elements = repointed(draft.elements, names) if names else draft.elements
    name = names.get(draft.reference, draft.reference)
    if elements is draft.elements and name == draft.reference:
        return draft
    if name != draft.reference:  # the number that it was known by is none of today's
        elements = {element: value for element, value in elements.items() if element != "identifier"}
    return replace(draft, id=name.partition("/")[2], elements=elements)


def _taken_along(drafts: Sequence[Draft], name: str, stored: Mapping[str, Stored]) -> list[Draft]:
    """What an older message says of a visit that went to another patient since goes there too; so it is with
    what a steward has moved (`name`), without what stayed."""
    told: dict[str, Any] = (stored[name].memory.get("moved") or {}) if name in stored else {}
    older = [draft for draft in drafts if told and _is_older(draft, told)]
    theirs = belonging({draft.reference: draft.elements for draft in older}, name)
    theirs -= {one for one in theirs if one in stored and stored[one].owner in told["from"]}
    names = dict.fromkeys(told["from"], told["to"]) if told else {}
    return [
        _without(replace(draft, elements=repointed(draft.elements, names)), told)
        if draft.reference in theirs
        else draft
        for draft in drafts
    ]


def _is_older(draft: Draft, told: Mapping[str, Any]) -> bool:
    """Does it tell how things were before? What a steward did is not known by a message sent before."""
    if "sent" in told:
        sent = draft.sent or draft.event_time
        return sent is not None and sortable(sent) < str(told["time"])
    return draft.told < str(told["time"])


def _refiled(drafts: Sequence[Draft], stored: Mapping[str, Stored]) -> Sequence[Draft]:
    """What older messages say of what a steward has moved since, and of what it was taken out of."""
    memories = {name: each.memory for name, each in stored.items() if not each.deleted}
    for name, memory in memories.items():
        if "sent" in (memory.get("moved") or {}):
            drafts = _taken_along(drafts, name, stored)
    parted = {name: memory["parted"] for name, memory in memories.items() if memory.get("parted")}
    return [_without(each, parted.get(each.reference, {})) for each in drafts] if parted else drafts


def _without(draft: Draft, told: Mapping[str, Any]) -> Draft:
    """Without the links that are not any more."""
    gone: Iterable[str] = told.get("without", ())
    if not gone:
        return draft
    return replace(draft, elements=detached(draft.elements, {}, frozenset(gone))[0])


async def move(tx: Transaction, persons: Persons, made: Made, moves: Sequence[Move]) -> None:
    """Put into `made` what the moves make of the visits and accounts, and of all that belongs to them.

    Unusable where a visit is that of a patient whom the message does not mean.
    """
    for one in moves:
        source = await _source(tx, persons, one)
        if not await _known(tx, made, one):
            continue
        names = {source: one.to} if source else {}
        theirs = await _theirs(tx, made, one, source)
        if one.before != one.after:
            _absorb(made, one)
            names[one.before] = one.after
        for reference, (resource, memory) in theirs.items():
            made[reference] = moved(resource, memory, names, one.stamp)
        resource, memory = known_as(*made[one.after], list(one.former))
        if source:
            resource, memory = moved(resource, memory, names, one.stamp)
            before = {source, *(memory.get("moved") or {}).get("from", ())} - {one.to}
            memory["moved"] = {"from": sorted(before), "to": one.to, "time": one.time}
        made[one.after] = resource, memory


async def _source(tx: Transaction, persons: Persons, one: Move) -> str:
    """The Patient whom the visit is taken from; empty where it stays, or a newer move is known."""
    stored = (await tx.load([one.before])).get(one.before)
    if stored is None or stored.deleted:
        return one.source if one.source != one.to else ""
    if str((stored.memory.get("moved") or {}).get("time", "")) > one.time:
        return ""
    owner = stored.owner if stored.owner.startswith("Patient/") else one.source or one.to
    strange = owner != one.to and one.source and owner != one.source
    if strange and one.source not in await persons.members(owner):
        raise Unusable(_ANOTHERS, place=one.place)
    return owner if owner != one.to and one.source != one.to else ""


async def _known(tx: Transaction, made: Made, one: Move) -> bool:
    """Load what moves into `made`; False where there is nothing to move."""
    for reference in (one.before, one.after):
        stored = (await tx.load([reference])).get(reference)
        if reference not in made and stored is not None and not stored.deleted:
            made[reference] = stored.resource(), dict(stored.memory)
    return one.before in made


def _absorb(made: Made, one: Move) -> None:
    type, _, id = one.after.partition("/")
    resource, memory = made.get(one.after, ({"resourceType": type, "id": id}, {}))
    made[one.after] = absorbed(resource, memory, *made[one.before])
    made[one.before] = superseded(*made[one.before], one.after, one.time)


async def _theirs(tx: Transaction, made: Made, one: Move, source: str) -> Made:
    """What refers to a visit that changes its number; all that belongs to one that changes its patient."""
    visits = {one.before, one.after} if source else {one.before} - {one.after}
    found: Made = {}

    def told(stored: Stored) -> Resource:
        known = made.get(stored.reference) or (stored.resource(), dict(stored.memory))
        return found.setdefault(stored.reference, known)[0]

    first = await tx.referrers(sorted(visits), _MOST) if visits else []
    goes_along = partial(_goes_along, source=source, visits=visits) if source else None
    for stored in (await hanging(tx, first, told, goes_along)).values():
        told(stored)
    return found


def _goes_along(stored: Stored, source: str, visits: set[str]) -> bool:
    """Is something that a visit's resource refers to of the same patient, and of no other visit?"""
    return not stored.deleted and stored.owner == source and not elsewhere(stored.resource(), visits)
