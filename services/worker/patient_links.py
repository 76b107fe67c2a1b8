"""Links of Patients: merges, links and what takes them back, in the transaction of a message.

hl7v2.md, checklist 50 to 52. Only what is stored tells whether a merge may be: no cycle, no two citizen
numbers, no two people whose names, birth dates and sexes all differ.
"""

from collections.abc import Iterable, Iterator, Sequence

from adapters.v2_to_fhir.parts import Memory
from adapters.v2_to_fhir.patient_link import (
    REPLACED_BY,
    REPLACES,
    Identifier,
    PatientLink,
    fold,
    held,
    links,
    news,
    own,
    remember,
)
from fhir.matching.contradiction import citizen_number, contradictory
from fhir.resource import Resource
from fhir.store.persons import Persons
from fhir.store.transaction import Transaction
from services.worker.unusable import Unusable

Made = dict[str, tuple[Resource, Memory]]
"""What a message makes of each resource, and what is remembered beside it, by reference."""

_CYCLE = "the patient that remains has been merged into this one before"
_PEOPLE = "the two patients differ in name, birth date and sex: a clerk must decide"
_APART = "a clerk keeps the two patients apart, or the persons that they belong to"
_NUMBERS = "the patients of one person carry different valid citizen numbers: a clerk must decide"


async def link(tx: Transaction, made: Made, said: Sequence[PatientLink]) -> None:
    """Remember what a message says of its Patients, and fold each Patient that it concerns into `made`.

    A late message for a merged Patient also changes the identifiers of the one that remains. Unusable where
    the link must not be.
    """
    new = [one for one in said if news(made[one.patient][1], one)]
    for one in new:
        for each in (one, one.reverse):
            resource, memory = made[each.patient]
            made[each.patient] = resource, remember(memory, each)
    await _gather(tx, made)
    for one in new:
        if one.holds:
            _check(one, made)
    _fold_all(made)


async def _gather(tx: Transaction, made: Made) -> None:
    """Load into `made` everybody whom links that hold lead to."""
    asked: set[str] = set()
    while missing := set(_others(made)) - asked:
        asked |= missing
        for reference, stored in (await tx.load(missing)).items():
            if not stored.deleted:
                made[reference] = stored.resource(), dict(stored.memory)


def _others(made: Made) -> Iterator[str]:
    """Those whom links that hold name, and who are not in `made`."""
    for reference, (_, memory) in list(made.items()):
        if reference.startswith("Patient/"):
            yield from (one.other for one in links(memory, reference) if one.holds and one.other not in made)


def _check(one: PatientLink, made: Made) -> None:
    if one.type == REPLACED_BY and one.patient in _reached([one.other], REPLACED_BY, made):
        raise Unusable(_CYCLE, place=one.place)
    first, second = made[one.patient][0], made[one.other][0]
    if contradictory(first, second, strictly=False):
        raise Unusable(_PEOPLE, place=one.place)


def _reached(start: Iterable[str], type: str, made: Made) -> dict[str, None]:
    """Everybody whom a chain of links of one type leads to, the start among them."""
    found: dict[str, None] = {}
    waiting = list(start)
    while waiting:
        reference = waiting.pop(0)
        if reference not in found and reference in made:
            found[reference] = None
            waiting += held(made[reference][1], type)
    return found


def _fold_all(made: Made) -> None:
    bare = {reference: own(*made[reference]) for reference in made if made[reference][1].get("links")}
    for reference in bare:
        resource, memory = made[reference]
        former: list[Identifier] = []
        for other in _reached(held(memory, REPLACES), REPLACES, made):
            former += bare.get(other, [])
        made[reference] = fold(resource, memory, former)


async def join(tx: Transaction, persons: Persons, made: Made, said: Sequence[PatientLink]) -> None:
    """Let the persons follow, before the Patients of `made` are written: by the numbers known until now."""
    for one in said:
        known = links(made[one.patient][1], one.patient)
        holds = any(each.holds and each.other == one.other for each in known)
        if holds and (await persons.graph(tx.session, [one.patient, one.other])).apart(
            one.patient, one.other
        ):
            raise Unusable(_APART, place=one.place)
        await (persons.join if holds else persons.part)(tx.session, one.patient, one.other)
    await check_numbers(tx, persons, made, said)


def _differ(reference: str, made: Made) -> bool:
    """Do a Patient and those linked with it tell different citizen numbers, be they their own or not?"""
    others = [one.other for one in links(made[reference][1], reference) if one.holds and one.other in made]
    return len({citizen_number(made[each][0]) for each in (reference, *others)} - {None}) > 1


async def check_numbers(tx: Transaction, persons: Persons, made: Made, said: Sequence[PatientLink]) -> None:
    """Unusable where a link has put two people together, as far as the citizen numbers tell."""
    for reference, (_, memory) in made.items():
        linked = reference.startswith("Patient/") and any(one.holds for one in links(memory, reference))
        if linked and (_differ(reference, made) or await persons.divided(tx.session, reference)):
            place = next((one.place for one in said if reference in (one.patient, one.other)), "PID[1]-3")
            raise Unusable(_NUMBERS, place=place)
