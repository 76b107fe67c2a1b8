"""Orders: one order is one ServiceRequest, whichever of its numbers a message tells.

hl7v2.md, checklist 33 and 47. An ORC alone (a cancel without its OBR) names no service, a filler may tell its
own number alone: both mean the order that is there. What comes before its order goes into it once it comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.parts import Memory
from adapters.v2_to_fhir.visit_move import absorbed, numbered, repointed, superseded
from fhir.resource import Resource
from fhir.search.entries import Keyed
from fhir.search.index import index
from fhir.store import EVERYONE
from fhir.store.persons import Persons
from fhir.store.transaction import Transaction
from services.worker.patient_links import Made

_TYPE, _MEDICATION = "ServiceRequest", "MedicationRequest"
_NUMBER = f"{_TYPE}.identifier:of-type|"


@dataclass(frozen=True, slots=True)
class Order:
    """What an order is known by: its numbers by type (PLAC, FILL), and its service, if that is told."""

    reference: str
    numbers: dict[str, tuple[str, str]]
    codes: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, reference: str, elements: Resource) -> Self:
        """Of a ServiceRequest, or of a draft of one."""
        numbers = {
            coding["code"]: (one["system"], one["value"])
            for one in elements.get("identifier") or ()
            for coding in (one.get("type") or {}).get("coding") or ()
            if coding.get("code") in ("PLAC", "FILL") and one.get("system") and one.get("value")
        }
        code = elements.get("code") or elements.get("medicationCodeableConcept") or {}
        codes = {(one.get("system", ""), one.get("code", "")) for one in code.get("coding") or ()}
        return cls(reference, numbers, frozenset(codes or {("", code["text"])} if code else ()))

    def numbered_as(self, other: "Order") -> bool:
        """Do both have a number, and none that says otherwise?"""
        shared = self.numbers.keys() & other.numbers.keys()
        return bool(shared) and all(self.numbers[type] == other.numbers[type] for type in shared)


@dataclass(frozen=True, slots=True)
class Ordered:
    """The drafts under the ids of the orders that they mean, and who goes into whom (`before`: `after`)."""

    drafts: Sequence[Draft]
    before: dict[str, str]


async def find_orders(tx: Transaction, keyed: Keyed, persons: Persons, drafts: Sequence[Draft]) -> Ordered:
    """Lead each order that a message tells to the one that is there; one that is known by its id stays."""
    told = {each.reference: Order.of(each.reference, each.elements) for each in drafts if each.type == _TYPE}
    known = await tx.load(told)
    copies: dict[str, list[str]] = {}
    before: dict[str, str] = {}
    for draft in drafts:
        order = told.get(draft.reference)
        if order is None or not order.numbers or (order.codes and draft.reference in known):
            continue
        found = await _stored(tx, keyed, persons, draft)
        stored = [each for each in found if each.reference not in told and _is(_TYPE, each)]
        same = [each for each in (*stored, *told.values()) if each.codes and order.numbered_as(each)]
        if order.codes:
            same = [each for each in same if each in stored and each.codes & order.codes][:1]
            bare = [each for each in stored if not each.codes and order.numbered_as(each)]
            after = same[0].reference if same else draft.reference
            before |= {each.reference: after for each in bare}
        elif not same and draft.instead is not None:
            same = [each for each in found if _is(_MEDICATION, each) and order.numbered_as(each)]
        copies[draft.reference] = [each.reference for each in same]
    return Ordered(_led(drafts, {name: found for name, found in copies.items() if found}), before)


async def _stored(tx: Transaction, keyed: Keyed, persons: Persons, draft: Draft) -> list[Order]:
    """The orders of the same person that have one of a draft's numbers."""
    told = {name: draft.elements[name] for name in ("identifier", "subject") if name in draft.elements}
    found = index({"resourceType": _TYPE, "id": draft.id} | told, keyed).tokens
    numbers = [token for token in found if token.startswith(_NUMBER)]
    numbers += [token.replace(_TYPE, _MEDICATION, 1) for token in numbers] if draft.instead else []
    owners = await persons.members(draft.patient)
    rows = await tx.find({"owner": {"$in": list(owners)}, "tokens": {"$in": numbers}}, EVERYONE)
    standing = [each for each in rows if not each.deleted and "replaced" not in each.memory]
    return [Order.of(each.reference, each.resource()) for each in standing]


def _led(drafts: Sequence[Draft], copies: Mapping[str, list[str]]) -> list[Draft]:
    """The drafts, those of `copies` for each of the orders that they mean."""
    names = {name: found[0] for name, found in copies.items()}
    led: list[Draft] = []
    for draft in drafts:
        meant = copies.get(draft.reference, [draft.reference])
        said = draft.instead if draft.instead and meant[0].startswith(_MEDICATION) else draft
        renamed = replace(said, elements=repointed(said.elements, names)) if names else said
        led += [replace(renamed, id=each.partition("/")[2]) for each in meant]
    return led


def _is(type: str, order: Order) -> bool:
    return order.reference.startswith(f"{type}/")


async def take_in(tx: Transaction, made: Made, ordered: Ordered) -> None:
    """Put into `made` what an order was told before it came (a cancel), and where that is now."""
    for was, now in ordered.before.items():
        stored = (await tx.load([was]))[was]
        former = stored.resource(), dict(stored.memory)
        made[now] = absorbed(*numbered(*made[now], *former), *former)
        made[was] = superseded(*former, now, _time(former[1]))


def _time(memory: Memory) -> str:
    """When the last was told of it."""
    return max((memory.get("times") or {}).values(), default="")
