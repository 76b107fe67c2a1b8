"""Answers: what each kind of query is told.

IHE ITI TF-2 3.9.4.2.2 (RSP^K23), 3.21.4.2.2 (RSP^K22); HL7 v2 3.3.56 (RSP^K21). One person is one PID,
whatever Patients he is at several hospitals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.fhir_to_v2.cx import Authority, cx
from adapters.fhir_to_v2.pid import corresponding, pid, qri
from adapters.hl7v2.encoding import Repetition
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.query import CANDIDATES, CORRESPONDING, Query
from adapters.hl7v2.response import Hits
from adapters.v2_to_fhir.context import Context as Reading
from adapters.v2_to_fhir.criteria import Criteria, Number, criteria
from fhir.interactions.context import Context
from fhir.search.names.fold import fold_identifier
from services.queries.continuation import Continuations
from services.queries.demographics import Candidate, TooManyError, candidates
from services.queries.domains import Domain, Domains
from services.queries.numbers import Unanswerable, bearer, chosen, wanted
from services.queries.people import Person

PAGE = 50
"""So many people are in one answer at most, whatever RCP-2 asks for."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one query is answered: who asks (`context`), how it is read, and what it names domains by."""

    context: Context
    reading: Reading
    domains: Domains
    continuations: Continuations
    source: str

    def numbers(self, identifiers: Sequence[dict[str, Any]]) -> list[Repetition]:
        """PID-3: numbers with who has assigned them; the asker's own first, then those of other houses."""
        known = [
            (authority, each)
            for each in identifiers
            if (authority := self.domains.authority(each)) is not None
        ]
        ordered = sorted(known, key=lambda pair: (self._order(pair[0]), str(pair[1]["value"])))
        return [cx(each, authority) for authority, each in ordered]

    def _order(self, authority: Authority) -> tuple[bool, bool, Authority]:
        return authority.namespace != self.source, not authority.namespace, authority


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told: the encoded segments, of which Patients, how many there are, where it goes on."""

    segments: Sequence[str] = ()
    patients: Sequence[str] = ()
    hits: Hits | None = None
    pointer: str = ""


async def answer(desk: Desk, query: Query) -> Answer:
    """The answer to a query; Unanswerable with what is wrong."""
    if query.event == CANDIDATES:
        return await _candidates(desk, query)
    person, number, domain, domains = await _of_number(desk, query)
    numbers = chosen(person, domains)
    delimiters = desk.reading.message.delimiters
    if query.event == CORRESPONDING:
        others = desk.numbers([each for each in numbers if not _is(each, number, domain)])
        return Answer([corresponding(others, delimiters)] if others else [], person.references)
    shown = desk.numbers(numbers)
    return Answer([pid(1, person.patients, shown, delimiters)] if shown else [], person.references)


async def _of_number(desk: Desk, query: Query) -> tuple[Person, str, Domain, list[Domain]]:
    """Whose the number of QPD-3 is, and which domains are wanted; everything that is wrong with both."""
    errors: list[Error] = []
    found: tuple[Person, str, Domain] | None = None
    domains: list[Domain] = []
    try:
        found = await bearer(desk.context, desk.reading, desk.domains, query.asked.first)
    except Unanswerable as wrong:
        errors += wrong.errors
    try:
        domains = await wanted(desk.context, desk.domains, query)
    except Unanswerable as wrong:
        errors += wrong.errors
    if found is None or errors:
        raise Unanswerable(*errors)
    return *found, domains


def _is(identifier: dict[str, Any], number: str, domain: Domain) -> bool:
    return domain.holds(identifier) and fold_identifier(str(identifier.get("value"))) == fold_identifier(
        number
    )


async def _candidates(desk: Desk, query: Query) -> Answer:
    asked, errors = criteria(query.asked, desk.reading)
    try:
        domains = await wanted(desk.context, desk.domains, query)
    except Unanswerable as wrong:
        errors += wrong.errors
    if errors:
        raise Unanswerable(*errors)
    after, begun = await desk.continuations.place(desk.source, query)
    found = [each for each in await _found(desk, asked) if not domains or chosen(each.person, domains)]
    rest = [each for each in found if after is None or each.place > after]
    page = rest[: min(query.quantity or PAGE, PAGE)]
    hits = Hits(len(found), len(page), len(rest) - len(page))
    place = page[-1].place if hits.left else None
    return Answer(
        [segment for nth, each in enumerate(page, 1) for segment in _shown(desk, nth, each, domains)],
        [reference for each in page for reference in each.person.references],
        hits,
        desk.continuations.pointer(desk.source, query, place, begun) if place else "",
    )


async def _found(desk: Desk, asked: Criteria) -> list[Candidate]:
    number, account = (_domain(desk, each) for each in (asked.number, asked.account))
    try:
        return await candidates(desk.context, asked, number, account or desk.domains.own())
    except TooManyError:
        raise Unanswerable(Error("too-many-found", Location("QPD", 1, 3))) from None


def _domain(desk: Desk, number: Number) -> Domain | None:
    return desk.domains.named(number.authority) if any(number.authority) else None


def _shown(desk: Desk, nth: int, candidate: Candidate, domains: Sequence[Domain]) -> list[str]:
    """PID, and QRI where there is something to say of how he was found."""
    delimiters = desk.reading.message.delimiters
    shown = pid(nth, candidate.person.patients, desk.numbers(chosen(candidate.person, domains)), delimiters)
    if not candidate.reasons and candidate.certainty is None:
        return [shown]
    return [shown, qri(candidate.reasons, candidate.certainty, delimiters)]
