"""Medications: the same drug from several sources is one line that keeps every source's own words.

FHIR R4 MedicationRequest, MedicationStatement, MedicationDispense. What is not taken now (`taking`) is
earlier, never hidden.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from fhir.resource import Resource
from fhir.summary.coding import codes, folded
from fhir.summary.drug_name import drug_name
from fhir.summary.drug_word import ENDING, Word, ingredient, when_of
from fhir.summary.file import HealthFile
from fhir.summary.form import Way
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, stamp
from fhir.summary.section import Section, standing
from fhir.summary.source import Origin
from fhir.summary.taking import OVER, in_use, interrupted
from fhir.summary.wording import Wording, joined

NONE_KNOWN = {"787481004", "no-known-medications"}
NO_INFORMATION = {"no-medication-info", "1287211007"}
BESIDE = 14
"""Days within which a second order of a house does not replace the first."""
_TYPES = ("MedicationRequest", "MedicationStatement", "MedicationDispense")


@dataclass(frozen=True, slots=True)
class Source:
    """One source's own words about a drug."""

    name: Wording
    dose: Wording
    origin: Origin
    dispensed: bool


@dataclass(frozen=True, slots=True)
class Medication:
    """One drug: the newest words for it, when last dispensed, and every source."""

    name: Wording
    dose: Wording
    since: Moment | None
    dispensed: Moment | None
    doses_differ: bool
    sources: tuple[Source, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)
    stopped: tuple[Origin, ...] = ()
    """Other houses that have ended their order for it since, the newest first."""
    held: tuple[Origin, ...] = ()
    """Those that have put it on hold."""
    paused: bool = False
    """Is it of earlier because it was put on hold?"""
    dispenser: str | None = None
    """Who dispensed it last."""

    @property
    def origin(self) -> Origin:
        """Who spoke of it last."""
        return self.sources[0].origin


def medications(file: HealthFile, today: date) -> Section[Medication]:
    """The drugs of a file, the newest first."""
    return _section(file, today, earlier=True)


def taken(file: HealthFile, today: date) -> Section[Medication]:
    """The same without those of earlier: of a long file they are most, and each has to be worded."""
    return _section(file, today, earlier=False)


def _section(file: HealthFile, today: date, *, earlier: bool) -> Section[Medication]:
    sources, drugs = file.sources, {f"Medication/{m.get('id')}": m for m in file.of("Medication")}
    said = [Word.of(resource, drugs, sources) for resource in file.holding(*_TYPES)]
    denied = [w.resource for w in said if codes(w.drug) & NONE_KNOWN and w.resource.get("status") not in OVER]
    real = [w for w in said if not codes(w.drug) & (NONE_KNOWN | NO_INFORMATION)]
    current: list[Medication] = []
    past: list[Medication] = []
    ways = _ways(real)
    for group in grouped(real, lambda word: _keys(word, ways)):
        now, ever = in_use(group, today), [word for word in group if not word.forbidden]
        if now:
            current.append(_line(now, ever, *interrupted(group, now)))
        elif ever and earlier:
            past.append(replace(_line(ever, ever), paused=_paused(ever)))
    denials = standing(denied, when_of, (word.origin.when for word in real))
    return Section(
        _newest_first(current),
        _newest_first(past),
        [sources.origin(r, when_of(r)) for r in denials],
        denials,
    )


def _paused(words: list[Word]) -> bool:
    """Are the newest orders all on hold?"""
    orders = [word for word in words if not word.dispensed]
    day = max((word.day for word in orders), default=0)
    return bool(orders) and all(word.held for word in orders if word.day == day)


def _ways(words: Iterable[Word]) -> dict[str, set[Way]]:
    """The ways of which sources speak, by the names of a drug."""
    found: dict[str, set[Way]] = {}
    for word in words:
        if word.way:
            for name in word.names:
                found.setdefault(name, set()).add(word.way)
    return found


def _keys(word: Word, ways: Mapping[str, set[Way]]) -> Iterable[str]:
    """Its names with the way; where it says none, with the only way that others say."""
    if not word.names:
        return {f"lone|{id(word)}"}
    return {f"{name}|{_way(word, ways.get(name, set()))}" for name in word.names}


def _way(word: Word, others: set[Way]) -> str:
    way = word.way or (next(iter(others)) if len(others) == 1 else None)
    return way.value if way else ""


def _line(
    shown: list[Word], group: list[Word], ended: tuple[Origin, ...] = (), held: tuple[Origin, ...] = ()
) -> Medication:
    newest = sorted(shown, key=lambda word: stamp(word.origin.when), reverse=True)
    houses = _newest_of_each(newest)
    lines = [_source(words) for words in houses]
    doses = {folded(line.dose) for line in lines if line.dose}
    given = [w.origin for w in group if w.dispensed and w.resource.get("status") not in ENDING]
    handed = max(given, key=lambda origin: stamp(origin.when), default=None)
    return Medication(
        name=drug_name(next((word.name for word in newest if word.name), Wording(""))),
        dose=next((line.dose for line in lines if line.dose), Wording("")),
        since=min((word.origin.when for word in group if word.origin.when), default=None),
        dispensed=handed.when if handed else None,
        doses_differ=len(doses) > 1 and _differ(houses),
        sources=tuple(lines),
        originals=tuple(word.resource for word in newest),
        stopped=ended,
        held=held,
        dispenser=handed.organization if handed else None,
    )


def _differ(houses: list[list[Word]]) -> bool:
    """Do houses differ in more than the days of a course?"""
    doses = [_doses(words, attrgetter("undated")) for words in houses]
    return len({folded(dose) for dose in doses if dose}) > 1


def _newest_of_each(words: list[Word]) -> list[list[Word]]:
    """All words of an institution's newest day stand for it, and each older order that they need not replace;
    those of unknown institutions stand apart."""
    houses: dict[object, list[Word]] = {}
    for word in words:
        houses.setdefault(word.origin.organization or word, []).append(word)
    found: list[list[Word]] = []
    for theirs in houses.values():
        newest = _newest_day(theirs)
        found += [newest, *_older_orders(theirs, newest)]
    return found


def _older_orders(words: list[Word], newest: list[Word]) -> list[list[Word]]:
    """Orders that nobody has ended, of another form, or of another dose not long before the newest.

    Metformin in the morning, and two days later more at night; a slow opioid, and tablets when needed. What
    is ordered anew after weeks with another dose is taken for a change.
    """
    told, forms = {_order(word) for word in newest}, {ingredient(word.name) for word in newest}
    found: dict[tuple[str, str], list[Word]] = {}
    for word in words:
        beside = newest[0].day - word.day <= BESIDE or ingredient(word.name) not in forms
        if beside and not word.dispensed and word.dose and (said := _order(word)) not in told:
            found.setdefault(said, [word])
    return list(found.values())


def _order(word: Word) -> tuple[str, str]:
    return ingredient(word.name), folded(word.undated)


def _newest_day(words: list[Word]) -> list[Word]:
    """What was dispensed without a word on its use does not hide the prescription."""
    told = [word for word in words if not word.dispensed or word.dose] or words
    return [word for word in told if word.day == told[0].day]


def _source(words: list[Word]) -> Source:
    """The words of one day."""
    return Source(
        drug_name(words[0].name),
        _doses(words, attrgetter("dose")),
        words[0].origin,
        all(word.dispensed for word in words),
    )


def _doses(words: list[Word], dose_of: Callable[[Word], Wording]) -> Wording:
    """Several doses of one day all, each with the name of its drug where these differ."""
    names = {word.name for word in words}
    doses = ((drug_name(word.name) if len(names) > 1 else "", dose_of(word)) for word in words)
    said = [joined(filter(None, pair), (" ", " ")) for pair in doses if pair[1]]
    return joined({folded(dose): dose for dose in said}.values())


def _newest_first(lines: list[Medication]) -> list[Medication]:
    return sorted(lines, key=lambda line: stamp(line.sources[0].origin.when), reverse=True)
