"""Pair: two Patients in the address of a page, and what is known of them together."""

from dataclasses import dataclass

from starlette.requests import Request

from fhir.interactions.read import not_found
from fhir.matching.comparison import compare
from fhir.matching.judgement import Outcome, Rule, judge
from fhir.resource import ID
from fhir.store.possible_matches import PossibleMatch, State, name_of
from services.portal.console.persons.comparison import Row, name_slip, rows, told, unnamed
from services.portal.console.persons.likeness import reason, sentence
from services.portal.console.persons.record import Record, both
from services.portal.path_segment import decode, encode
from services.portal.visit import Visit

HOME = "/console/persons"
WAITING = (State.OPEN, State.POSTPONED)
_ANYBODY = 2.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, what a clerk has said of them so far, and in which words they are alike."""

    one: Record
    other: Record
    match: PossibleMatch | None
    rows: list[Row]
    phrases: list[str]
    reason: str
    linked: bool
    """Are they one person now, whoever said so?"""

    @property
    def address(self) -> str:
        """Where its page is."""
        return address(self.one.reference, self.other.reference)

    @property
    def patients(self) -> tuple[str, str]:
        """Both, as references."""
        return self.one.reference, self.other.reference

    @property
    def state(self) -> State:
        """What was decided; what nobody was asked about is open."""
        return self.match.state if self.match else State.OPEN

    @property
    def seen(self) -> str:
        """How much was said of it: what changes it between a page and its form."""
        return str(len(self.match.words) if self.match else 0)

    @property
    def shares_number(self) -> bool:
        """Do both bear one citizen number, so that one has to give it up?"""
        return bool(self.one.features.valid & self.other.features.valid)


def address(one: str, other: str) -> str:
    """The page of two Patients."""
    return f"{HOME}/{encode(name_of(one, other).replace('Patient/', ''))}"


def named(segment: str) -> tuple[str, str]:
    """The two Patients that a segment of an address names; a Refusal (404) where it is no such name."""
    ids = decode(segment).split(" ")
    if len(ids) != 2 or not all(map(ID.fullmatch, ids)):
        raise not_found()
    return f"Patient/{ids[0]}", f"Patient/{ids[1]}"


async def pair_of(visit: Visit, request: Request, segment: str) -> Pair:
    """The pair of an address, as far as the steward may see both; the audit names both in any case."""
    patients = named(segment)
    visit.note(patients=patients)
    one, other = await both(visit.context, *patients)
    return await compared(visit, one, other)


async def compared(visit: Visit, one: Record, other: Record) -> Pair:
    """Two records as they stand today; of a pair that waits the words are those for which it waits."""
    store = visit.platform.store
    match = await store.possible_matches.get(name_of(one.reference, other.reference))
    a, b = one.features, other.features
    judged = judge(a, b, compare(a, b), store.linking.model, _ANYBODY)
    levels, rule, outcome = judged.levels.words, judged.rule, judged.outcome
    if match is not None and match.state in WAITING:
        levels, rule, outcome = dict(match.levels), Rule(match.rule), Outcome.REVIEW
    levels = told(one, other, levels)
    linked = await store.persons.linked([one.reference])
    return Pair(
        one,
        other,
        match,
        rows(one, other, levels),
        sentence(levels, name_slip(one, other)),
        reason(rule, outcome, unnamed(one, other)),
        other.reference in linked[one.reference],
    )
