"""Observation: results as series, one per test and unit, the newest reading first.

FHIR R4 Observation; panels are taken apart into their components. Readings in different units are different
series: a line drawn through mg/dL and mmol/L would lie.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, overload

from fhir.resource import Resource
from fhir.summary.code_name import code_name
from fhir.summary.coding import LOINC, Concept, code_of, codes, folded, keys_of, many, text_of
from fhir.summary.controlled import controlled, table
from fhir.summary.file import HealthFile
from fhir.summary.grouping import grouped
from fhir.summary.holding import holds
from fhir.summary.moment import Moment, first_moment, stamp
from fhir.summary.passing import YEAR, days_of_result
from fhir.summary.quantity import number_of, quantity_text, unit_of
from fhir.summary.source import Origin, Sources, arrived
from fhir.summary.terms import result
from fhir.summary.verdict import Verdict, verdict_of
from fhir.summary.wording import Wording, named, speaks_chinese

VALUES = frozenset(
    {
        "valueBoolean", "valueCodeableConcept", "valueDateTime", "valueInteger", "valuePeriod",
        "valueQuantity", "valueRange", "valueRatio", "valueSampledData", "valueString", "valueTime",
    }
)  # fmt: skip
"""The elements value[x] of an Observation."""
_ABSENT = "dataAbsentReason"
_LAST = 5
_YES, _NO = Wording("是", "Yes"), Wording("否", "No")


@dataclass(frozen=True, slots=True)
class Reading:
    """One result: its value as written, its number if it has one, what it means, from whom."""

    value: Wording
    number: Decimal | None
    unit: Wording
    low: Decimal | None
    high: Decimal | None
    reference: Wording
    verdict: Verdict
    status: str
    origin: Origin
    original: Resource = field(default_factory=dict, compare=False, repr=False)
    censored: bool = False
    """Is the number a limit (`< 5`) and no value?"""


@dataclass(frozen=True, slots=True)
class Series:
    """All readings of one test in one unit, newest first."""

    name: Wording
    loinc: str | None
    readings: Sequence[Reading]
    code: str = ""
    """What sets a test without a LOINC code apart from others of its name."""

    @property
    def latest(self) -> Reading:
        """The newest reading."""
        return self.readings[0]

    @property
    def judged(self) -> Reading:
        """The newest of the last readings of which is said what it means; the newest where of none it is."""
        last = (self.readings[at] for at in range(min(len(self.readings), _LAST)))
        return next((each for each in last if each.verdict is not Verdict.UNKNOWN), self.latest)

    def urgency(self, today: date) -> int:
        """3 critical in 90 days, 2 notable in a year (what passes: for its days), 1 a trend to look at, 0 any
        other; by what was judged last, which nothing that nobody judged takes away."""
        when = self.judged.origin.when
        days = (today - when.day).days if when else 9999
        verdict, matters = self.judged.verdict, days_of_result(self.loinc)
        if verdict.critical and days <= 90:
            return 3
        if verdict.notable and days <= (YEAR if verdict.critical else matters):
            return 2
        return int(days <= min(731, 2 * matters) and _several(self.readings))


class Readings(Sequence[Reading]):
    """The readings of one series, each worded when it is asked for: a page shows ten of two thousand."""

    def __init__(self, found: Sequence[tuple[Resource, Resource]], sources: Sources) -> None:
        self._found, self._sources = found, sources
        self._read: dict[int, Reading] = {}

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, at: int) -> Reading: ...

    @overload
    def __getitem__(self, at: slice) -> list[Reading]: ...

    def __getitem__(self, at: int | slice) -> Reading | list[Reading]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        if at not in self._read:
            self._read[at] = _reading(*self._found[at], self._sources)
        return self._read[at]


def results(file: HealthFile, today: date) -> list[Series]:
    """All series of a file: what needs a doctor first, then the newest."""
    sources = file.sources
    read = [(part, o) for o in file.holding("Observation") for part in parts(o)]
    by_unit = grouped(read, lambda pair: _keys(pair[0]))
    series = [_series(group, sources) for group in by_unit]
    return sorted(series, key=lambda s: (-s.urgency(today), -stamp(s.latest.origin.when), s.name))


def parts(observation: Resource) -> Iterator[Resource]:
    """What an Observation says: itself and its components; without a value only where it alone is notable."""
    components = many(observation.get("component"))
    if _said(observation) or _graver(observation, components):
        yield observation
    if not components:
        return
    own = {
        k: v
        for k, v in observation.items()
        if k not in ("component", "code", _ABSENT, "interpretation", "referenceRange")
        and not k.startswith("value")
    }
    yield from (own | component for component in components if _said(component))


def _graver(panel: Resource, components: Iterable[Resource]) -> bool:
    said = verdict(panel)
    each = [verdict(component) for component in components]
    if said.critical:
        return not any(found.critical for found in each)
    return said.notable and not any(found.notable for found in each)


def _said(part: Resource) -> bool:
    return not VALUES.isdisjoint(part)


def _keys(part: Resource) -> Iterable[str]:
    unit, site = folded(unit_of(part.get("valueQuantity"))), folded(text_of(part.get("bodySite")))
    loinc = code_of(part.get("code"), LOINC)
    names = {f"{LOINC}|{loinc}"} if loinc else _names(part)
    return {f"{name}|{unit}|{site}" for name in names} or {f"lone|{id(part)}"}


def _names(part: Resource) -> Iterable[str]:
    coded = {key for key in keys_of(part.get("code")) if not key.startswith("text|")}
    return coded or keys_of(part.get("code"))


def _series(pairs: list[tuple[Resource, Resource]], sources: Sources) -> Series:
    ordered = sorted(pairs, key=lambda pair: order(pair[0]), reverse=True)
    newest, last = ordered[0][0], ordered[-1][0]
    return Series(
        _at(name_of([part.get("code") for part, _ in ordered]), newest.get("bodySite")),
        code_of(newest.get("code"), LOINC),
        Readings(ordered, sources),
        min(_names(last), default=""),
    )


def order(observation: Resource) -> tuple[float, bool, str]:
    """Which of two readings is the newer: by when it was observed; of one minute the final one, then the one
    that came last."""
    early = observation.get("status") in ("preliminary", "partial")
    return stamp(when_of(observation)), not early, arrived(observation)


def _at(name: Wording, site: Concept | None) -> Wording:
    """The right eye and the left are two series, told apart by their names."""
    where = named(site)
    if not where or folded(where) in folded(name):
        return name
    return Wording(f"{name}（{where}）", f"{name.english} ({where.english})")


def _several(readings: Iterable[Reading]) -> bool:
    """Are there three numbers among them?"""
    return len(list(islice((each for each in readings if each.number is not None), 3))) == 3


def name_of(concepts: Sequence[Concept | None]) -> Wording:
    """What a test is called, from its concepts, the newest first: the first Chinese name of any, else the
    standard term; in English that of the words where they are known, else the term, beside words that are not
    its own."""
    said = named(*concepts)
    term = result(code_of(concepts[0], LOINC))
    if term is None or term.name is None:
        return controlled("names", said)
    if not speaks_chinese(said):
        return Wording(term.name.zh, term.name.en)
    known = table("names").get(folded(said))
    same = folded(said) == folded(term.name.zh)
    return Wording(said, known or (term.name.en if same else f"{term.name.en} ({said})"))


def _reading(part: Resource, original: Resource, sources: Sources) -> Reading:
    quantity = part.get("valueQuantity")
    number = number_of(quantity)
    ranges = many(part.get("referenceRange"))
    low, high, reference = _reference(ranges[0] if ranges else {})
    when = when_of(part)
    return Reading(
        value_text(part),
        number,
        unit_of(quantity),
        low,
        high,
        reference,
        verdict(part),
        str(part.get("status", "unknown")),
        sources.origin(part, when),
        original,
        "comparator" in (quantity or {}),
    )


def verdict(part: Resource) -> Verdict:
    """What a part means: by its interpretation, else by its own reference range."""
    quantity = part.get("valueQuantity") or {}
    span: dict[str, Any] = next(iter(many(part.get("referenceRange"))), {})
    low, high = number_of(span.get("low")), number_of(span.get("high"))
    comparator = quantity.get("comparator")
    return verdict_of(part.get("interpretation"), number_of(quantity), low, high, comparator)


def when_of(observation: Resource) -> Moment | None:
    """When something was observed, else when that was made known."""
    return first_moment(
        observation.get("effectiveDateTime"),
        observation.get("effectivePeriod"),
        observation.get("effectiveInstant"),
        observation.get("issued"),
    )


def _reference(span: dict[str, Any]) -> tuple[Decimal | None, Decimal | None, Wording]:
    low, high = span.get("low"), span.get("high")
    if span.get("text"):
        text = str(span["text"])
    elif low and high:
        text = f"{quantity_number(low)}–{quantity_number(high)}"
    else:
        text = f"≥ {quantity_number(low)}" if low else f"≤ {quantity_number(high)}" if high else ""
    return number_of(low), number_of(high), controlled("names", text)


def quantity_number(quantity: dict[str, Any] | None) -> str:
    """A quantity without its unit."""
    return quantity_text({"value": quantity["value"]} if quantity and "value" in quantity else None)


def value_text(part: Resource) -> Wording:
    """The value without its unit, as it was written."""
    quantity = part.get("valueQuantity")
    if quantity:
        return Wording(quantity_text({k: quantity[k] for k in ("value", "comparator") if k in quantity}))
    if "valueBoolean" in part:
        return _YES if part["valueBoolean"] else _NO
    ratio = part.get("valueRatio")
    if ratio:
        return Wording(f"{quantity_text(ratio.get('numerator'))} : {quantity_text(ratio.get('denominator'))}")
    span = part.get("valueRange")
    if span:
        return Wording(f"{quantity_text(span.get('low'))}–{quantity_text(span.get('high'))}")
    plain = (part.get(f"value{kind}") for kind in ("String", "Integer", "DateTime", "Time"))
    said = next((str(value) for value in plain if value is not None), None)
    concept = part.get("valueCodeableConcept")
    written = named(concept) if code_name(concept) else text_of(concept)
    return controlled("names", written if said is None else said)


def coded(file: HealthFile, loinc: set[str]) -> Iterator[Resource]:
    """The valid Observations with one of some LOINC codes."""
    return (each for each in file.of("Observation") if codes(each.get("code")) & loinc and holds(each))
