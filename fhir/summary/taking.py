"""Taking: which words about a drug say that it is taken now, and which houses have stopped or paused it.

A feed seldom ends a prescription. A long one holds twelve weeks at most, so what was not renewed in 120 days
counts as not taken. Who stops an order stops his own: a hospital ends all its orders when a patient leaves,
and his clinic's tablets go on. What another house has stopped is told, and hides nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from fhir.resource import Resource, reference_of
from fhir.summary.coding import many
from fhir.summary.drug_word import ENDING, Word
from fhir.summary.moment import Moment, moment
from fhir.summary.source import Origin, target

UNRENEWED = 120
"""Days: twelve weeks, the longest prescription, and a month of grace."""
OVER = ENDING | {"completed", "declined"}


def in_use(group: list[Word], today: date) -> list[Word]:
    """The words by which the drug is taken now: no newer one ends it, nor the prescription that they fill."""
    endings = [word for word in group if word.ending]
    since = _since(endings)
    ended = {reference_of(word.resource) for word in endings if "id" in word.resource}
    houses = _ended_houses(group)
    return [
        word
        for word in group
        if _current(word, today)
        and word.day >= max(since.get(None, 0), since.get(_house(word), 0))
        and not (word.dispensed and (word.origin.organization in houses or _fills(word.resource) & ended))
    ]


def interrupted(group: list[Word], taken: Iterable[Word]) -> tuple[tuple[Origin, ...], tuple[Origin, ...]]:
    """The houses that have stopped the drug, and those that have paused it, since the oldest word by which
    it is `taken`, or nobody knows when, the newest first; of one house the newest word counts."""
    day = min((word.day for word in taken), default=0)
    own = {word.origin.organization for word in taken}
    ends = [
        word
        for word in group
        if word.ending
        and not word.withdrawn
        and (word.day >= day or word.origin.when is None)
        and word.origin.organization not in own
    ]
    newest: dict[str | None, Word] = {}
    for word in sorted(ends, key=lambda word: (word.day, not word.held)):
        newest.pop(word.origin.organization, None)
        newest[word.origin.organization] = word
    told = list(reversed(newest.values()))
    return (
        tuple(word.origin for word in told if not word.held),
        tuple(word.origin for word in told if word.held),
    )


def _house(word: Word) -> str:
    return word.origin.organization or ""


def _since(endings: Iterable[Word]) -> Mapping[str | None, int]:
    """Since which day the orders of each house are ended; under None those of all."""
    days: dict[str | None, int] = {}
    for word in endings:
        if not word.withdrawn:
            whose = None if word.about_person else _house(word)
            days[whose] = max(word.day, days.get(whose, 0))
    return days


def _ended_houses(group: list[Word]) -> set[str | None]:
    """The houses whose newest prescriptions are all ended: what they dispensed was of these."""
    houses: dict[str | None, list[Word]] = {}
    for word in group:
        if not word.dispensed and word.origin.organization:
            houses.setdefault(word.origin.organization, []).append(word)
    return {house for house, words in houses.items() if all(word.ending for word in _last(words))}


def _last(words: list[Word]) -> list[Word]:
    """The prescriptions of the newest day; one that was withdrawn says nothing beside others."""
    kept = [word for word in words if not word.withdrawn] or words
    day = max(word.day for word in kept)
    return [word for word in kept if word.day == day]


def _fills(dispense: Resource) -> set[str]:
    return {target(each) for each in many(dispense.get("authorizingPrescription"))}


def _current(word: Word, today: date) -> bool:
    resource, when = word.resource, word.origin.when
    if word.dispensed:
        return resource.get("status") not in OVER - {"completed"} and _within(when, today, UNRENEWED)
    if word.ending or resource.get("status") in OVER or _ended(resource, today):
        return False
    return when is None or _within(when, today, UNRENEWED)


def _within(when: Moment | None, today: date, days: int) -> bool:
    return when is not None and today - when.day <= timedelta(days=days)


def _ended(resource: Resource, today: date) -> bool:
    period = (
        (resource.get("dispenseRequest") or {}).get("validityPeriod") or resource.get("effectivePeriod") or {}
    )
    end = moment(period.get("end"))
    return end is not None and end.day < today
