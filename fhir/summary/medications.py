"""Medications: the same drug from several sources is one line that keeps every source's own words.

FHIR R4 MedicationRequest, MedicationStatement, MedicationDispense. A feed seldom ends a prescription. A long
one holds twelve weeks at most, so what was not renewed in 120 days is earlier, never hidden. Where a source
says that a drug is not taken, only newer words make it a current one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from fhir.resource import Resource, reference_of
from fhir.summary.coding import codes, folded, keys_of, many, text_of
from fhir.summary.dosage import dosage_text
from fhir.summary.file import HealthFile
from fhir.summary.form import Way, way_of
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, first_moment, latest, moment, stamp
from fhir.summary.section import Section, standing
from fhir.summary.source import Origin, Sources, target
from fhir.summary.wording import Wording, named

NONE_KNOWN = {"787481004", "no-known-medications"}
NO_INFORMATION = {"no-medication-info", "1287211007"}
_TYPES = ("MedicationRequest", "MedicationStatement", "MedicationDispense")
UNRENEWED = 120
"""Days: twelve weeks, the longest prescription, and a month of grace."""

_OVER = {"stopped", "cancelled", "completed", "not-taken", "declined", "on-hold"}
_ENDING = {"stopped", "cancelled", "not-taken", "on-hold"}
"""That it is not taken. A prescription is also completed once it was dispensed: that says nothing."""

_STRENGTH = re.compile(
    r"\d+(?:\.\d+)?(?:mg|g|ug|μg|ml|iu|万?单位|%|:|/|x|\*|×|[片粒支盒袋丸])+|[(\[【].*?[)\]】]"
)
_SALT = re.compile(r"^(?:盐酸|硫酸|磷酸|马来酸|苯磺酸|琥珀酸|富马酸|酒石酸|枸橼酸|甲磺酸|门冬氨酸)")
_FORM = re.compile(r"(?:片|胶囊|颗粒|注射液|口服液|丸|滴眼液|软膏|乳膏)+$")


@dataclass(frozen=True, slots=True)
class Source:
    """One source's own words about a drug."""

    name: Wording
    dose: str
    origin: Origin
    dispensed: bool


@dataclass(frozen=True, slots=True)
class Medication:
    """One drug: the newest words for it, when last dispensed, and every source."""

    name: Wording
    dose: str
    since: Moment | None
    dispensed: Moment | None
    doses_differ: bool
    sources: tuple[Source, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)


def medications(file: HealthFile, today: date) -> Section[Medication]:
    """The drugs of a file, the newest first."""
    sources, drugs = file.sources, {f"Medication/{m.get('id')}": m for m in file.of("Medication")}
    said = [_Word.of(resource, drugs, sources) for resource in file.holding(*_TYPES)]
    denied = [
        w.resource for w in said if codes(w.drug) & NONE_KNOWN and w.resource.get("status") not in _OVER
    ]
    real = [w for w in said if not codes(w.drug) & (NONE_KNOWN | NO_INFORMATION)]
    current: list[Medication] = []
    earlier: list[Medication] = []
    ways = _ways(real)
    for group in grouped(real, lambda word: _keys(word, ways)):
        now, ever = _in_use(group, today), [word for word in group if not word.forbidden]
        if ever:
            (current if now else earlier).append(_line(now or ever, ever))
    denials = standing(denied, _when, (word.origin.when for word in real))
    return Section(
        _newest_first(current),
        _newest_first(earlier),
        [sources.origin(r, _when(r)) for r in denials],
        denials,
    )


@lru_cache(maxsize=4096)
def ingredient(name: str) -> str:
    """A drug name without strength, salt and plain form; a release form (缓释, 控释, 肠溶) stays."""
    bare = _STRENGTH.sub("", folded(name))
    return _SALT.sub("", _FORM.sub("", bare)) or folded(name)


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """What one resource says: of which drug, under which names, by which way, how taken, from whom."""

    resource: Resource
    drug: Resource
    name: Wording
    names: frozenset[str]
    way: Way | None
    dose: str
    origin: Origin

    @classmethod
    def of(cls, resource: Resource, drugs: Mapping[str, Resource], sources: Sources) -> "_Word":
        found = medication_of(resource, drugs)
        drug = drug_of(resource, drugs)
        way = way_of(resource, drug, found.get("form"))
        dose = dosage_text(resource.get("dosageInstruction") or resource.get("dosage"))
        origin = sources.origin(resource, _when(resource))
        return cls(resource, drug, named(drug), _names(drug), way, dose, origin)

    @property
    def dispensed(self) -> bool:
        return bool(self.resource["resourceType"] == "MedicationDispense")

    @property
    def day(self) -> int:
        return self.origin.when.day.toordinal() if self.origin.when else 0

    @property
    def forbidden(self) -> bool:
        """Is it an order not to give the drug?"""
        return self.resource.get("doNotPerform") is True

    @property
    def withdrawn(self) -> bool:
        """Was it cancelled before the drug was given? Then it ends no other prescription."""
        return self.resource.get("status") == "cancelled"

    @property
    def ending(self) -> bool:
        """Does it say that the drug is not taken?"""
        type, status = self.resource["resourceType"], self.resource.get("status")
        over = status in _ENDING or (type == "MedicationStatement" and status == "completed")
        return not self.dispensed and (over or self.forbidden)


def drug_of(resource: Resource, drugs: Mapping[str, Resource]) -> Resource:
    """The concept of a drug: its own, that of its Medication, else the words of the reference."""
    said = resource.get("medicationCodeableConcept") or medication_of(resource, drugs).get("code")
    return dict(said or {"text": (resource.get("medicationReference") or {}).get("display", "")})


def medication_of(resource: Resource, drugs: Mapping[str, Resource]) -> Resource:
    """The Medication that a resource refers to, within itself or among `drugs` by reference; else {}."""
    wanted = target(resource.get("medicationReference"))
    inside = (c for c in many(resource.get("contained")) if f"#{c.get('id')}" == wanted)
    return next(inside, None) or drugs.get(wanted, {})


def _names(drug: Resource) -> frozenset[str]:
    name = ingredient(text_of(drug))
    return keys_of(drug) | ({f"ingredient|{name}"} if name else frozenset())


def _ways(words: Iterable[_Word]) -> dict[str, set[Way]]:
    """The ways of which sources speak, by the names of a drug."""
    found: dict[str, set[Way]] = {}
    for word in words:
        if word.way:
            for name in word.names:
                found.setdefault(name, set()).add(word.way)
    return found


def _keys(word: _Word, ways: Mapping[str, set[Way]]) -> Iterable[str]:
    """Its names with the way; where it says none, with the only way that others say."""
    if not word.names:
        return {f"lone|{id(word)}"}
    return {f"{name}|{_way(word, ways.get(name, set()))}" for name in word.names}


def _way(word: _Word, others: set[Way]) -> str:
    way = word.way or (next(iter(others)) if len(others) == 1 else None)
    return way.value if way else ""


def _when(resource: Resource) -> Moment | None:
    return first_moment(
        resource.get("authoredOn"),
        resource.get("whenHandedOver"),
        resource.get("whenPrepared"),
        resource.get("effectiveDateTime"),
        resource.get("effectivePeriod"),
        resource.get("dateAsserted"),
    )


def _in_use(group: list[_Word], today: date) -> list[_Word]:
    """The words by which the drug is taken now: no newer one ends it, nor the prescription that they fill."""
    endings = [word for word in group if word.ending]
    since = max((word.day for word in endings if not word.withdrawn), default=0)
    ended = {reference_of(word.resource) for word in endings if "id" in word.resource}
    houses = _ended_houses(group)
    return [
        word
        for word in group
        if _current(word, today)
        and word.day >= since
        and not (word.dispensed and (word.origin.organization in houses or _fills(word.resource) & ended))
    ]


def _ended_houses(group: list[_Word]) -> set[str | None]:
    """The houses whose newest prescriptions are all ended: what they dispensed was of these."""
    houses: dict[str | None, list[_Word]] = {}
    for word in group:
        if not word.dispensed and word.origin.organization:
            houses.setdefault(word.origin.organization, []).append(word)
    return {house for house, words in houses.items() if all(word.ending for word in _last(words))}


def _last(words: list[_Word]) -> list[_Word]:
    """The prescriptions of the newest day; one that was withdrawn says nothing beside others."""
    kept = [word for word in words if not word.withdrawn] or words
    day = max(word.day for word in kept)
    return [word for word in kept if word.day == day]


def _fills(dispense: Resource) -> set[str]:
    return {target(each) for each in many(dispense.get("authorizingPrescription"))}


def _current(word: _Word, today: date) -> bool:
    resource, when = word.resource, word.origin.when
    if word.dispensed:
        return resource.get("status") not in _OVER - {"completed"} and _within(when, today, UNRENEWED)
    if word.ending or resource.get("status") in _OVER or _ended(resource, today):
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


def _line(shown: list[_Word], group: list[_Word]) -> Medication:
    newest = sorted(shown, key=lambda word: stamp(word.origin.when), reverse=True)
    lines = [_source(words) for words in _newest_of_each(newest)]
    doses = {folded(line.dose) for line in lines if line.dose}
    given = [w.origin.when for w in group if w.dispensed and w.resource.get("status") not in _ENDING]
    return Medication(
        name=_name([word.name for word in newest]),
        dose=next((line.dose for line in lines if line.dose), ""),
        since=min((word.origin.when for word in group if word.origin.when), default=None),
        dispensed=latest(given),
        doses_differ=len(doses) > 1,
        sources=tuple(lines),
        originals=tuple(word.resource for word in newest),
    )


def _newest_of_each(words: list[_Word]) -> list[list[_Word]]:
    """All words of an institution's newest day stand for it; those of unknown institutions stand apart."""
    houses: dict[object, list[_Word]] = {}
    for word in words:
        houses.setdefault(word.origin.organization or word, []).append(word)
    return [_newest_day(theirs) for theirs in houses.values()]


def _newest_day(words: list[_Word]) -> list[_Word]:
    """What was dispensed without a word on its use does not hide the prescription."""
    told = [word for word in words if not word.dispensed or word.dose] or words
    return [word for word in told if word.day == told[0].day]


def _name(names: list[Wording]) -> Wording:
    """The newest name, with an English one from any source."""
    newest = next(filter(None, names), Wording(""))
    others = (name.english for name in names if name.english != name)
    return Wording(newest, newest.english if newest.english != newest else next(others, ""))


def _source(words: list[_Word]) -> Source:
    """The words of one day: several doses all, each with the name of its drug where these differ."""
    names = {word.name for word in words}
    doses = ((word.name if len(names) > 1 else "", word.dose) for word in words)
    said = (" ".join(filter(None, (name, dose))) for name, dose in doses if dose)
    return Source(
        words[0].name,
        "；".join({folded(dose): dose for dose in said}.values()),
        words[0].origin,
        all(word.dispensed for word in words),
    )


def _newest_first(lines: list[Medication]) -> list[Medication]:
    return sorted(lines, key=lambda line: stamp(line.sources[0].origin.when), reverse=True)
