"""Moves of visits and accounts, in the transaction of a message.

hl7v2.md, checklist 52. A number that was given up is remembered beside its resource, so that late messages
under it go to the visit that it is now; so is the patient that a visit was taken from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.snapshot import Snapshot
from adapters.v2_to_fhir.visit_move import (
    Move,
    absorbed,
    belonging,
    elsewhere,
    known_as,
    moved,
    owned,
    repointed,
    superseded,
)
from fhir.references import targets
from fhir.store import Stored
from fhir.store.persons import Persons
from fhir.store.transaction import Transaction
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
    references = {draft.reference for draft in conversion.drafts if draft.reference.startswith(_KINDS)}
    references |= {each for move in conversion.moves for each in (move.before, move.after)}
    if not references:
        return Followed(conversion.drafts, conversion.snapshots, conversion.moves)
    stored = await tx.load(references)
    names = {each: await _today(tx, each, stored) for each in references}
    names = {before: after for before, after in names.items() if before != after}
    given_up = {move.before for move in conversion.moves} & names.keys()
    drafts = [_renamed(draft, names) for draft in conversion.drafts if draft.reference not in given_up]
    for visit in {draft.reference for draft in drafts if draft.reference.startswith(_KINDS)}:
        drafts = _taken_along(drafts, visit, (await tx.load([visit])).get(visit))
    return Followed(
        drafts,
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


def _taken_along(drafts: Sequence[Draft], visit: str, stored: Stored | None) -> list[Draft]:
    """What an older message says of a visit that went to another patient since goes there too."""
    told: dict[str, Any] = (stored.memory.get("moved") or {}) if stored else {}
    older = [draft for draft in drafts if told and draft.told < told["time"]]
    theirs = belonging({draft.reference: draft.elements for draft in older}, visit)
    names = dict.fromkeys(told["from"], told["to"]) if told else {}
    return [
        replace(draft, elements=repointed(draft.elements, names)) if draft.reference in theirs else draft
        for draft in drafts
    ]


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
    if strange and one.source not in (await persons.linked([owner]))[owner]:
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
    waiting = await tx.referrers(sorted(visits), _MOST) if visits else []
    while waiting:
        new = {each.reference: each for each in waiting if owned(each.reference) and not each.deleted}
        found |= {name: made.get(name) or (each.resource(), dict(each.memory)) for name, each in new.items()}
        outward = {name for each in new for name in targets(found[each][0])} if source else set()
        loaded = await tx.load(filter(owned, outward - found.keys()))
        waiting = [each for each in loaded.values() if _goes_along(each, source, visits)]
    return found


def _goes_along(stored: Stored, source: str, visits: set[str]) -> bool:
    """Is something that a visit's resource refers to of the same patient, and of no other visit?"""
    return not stored.deleted and stored.owner == source and not elsewhere(stored.resource(), visits)
