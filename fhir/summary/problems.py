"""Condition: what a person suffers from now, one line per diagnosis with every source, and what is past.

FHIR R4 Condition. A feed's diagnosis seldom says whether it still holds: a chronic one stays current until a
source ends it, what ends by itself (a cold) for three months and any other for twelve after it was last
recorded; then it is earlier, never hidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fhir.resource import Resource
from fhir.summary.aspect import keys_with_aspect
from fhir.summary.coding import codes, contradict, folded, icd10_of, text_of
from fhir.summary.controlled import diagnosed
from fhir.summary.file import HealthFile
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, first_moment, latest, stamp
from fhir.summary.passing import days_of_diagnosis
from fhir.summary.section import Section, standing
from fhir.summary.source import Origin, Sources
from fhir.summary.terms import diagnosis
from fhir.summary.wording import Wording, named

NONE_KNOWN = {"160245001", "no-known-problems"}
NO_INFORMATION = {"no-problem-info", "1287211007"}
_ENDED = {"inactive", "remission", "resolved"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One diagnosis: its words, its code, how sure, since when, from whom."""

    name: Wording
    code: str | None
    chronic: bool
    provisional: bool
    since: Moment | None
    last: Moment | None
    origins: tuple[Origin, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)
    onset: Moment | None = None
    """When it began, where a source says so; `since` is else when it was first recorded."""

    @property
    def origin(self) -> Origin:
        """Who spoke of it last."""
        return self.origins[0]

    @property
    def sure_name(self) -> Wording:
        """Its name, and that it is not sure where it is not."""
        name = self.name
        if not self.provisional:
            return name
        return Wording(f"{name}（待确诊）", f"{name.english} (to be confirmed)")


def problems(file: HealthFile, today: date) -> Section[Problem]:
    """The diagnoses of a file: chronic ones first, then the newest."""
    sources = file.sources
    stated = file.holding("Condition")
    denied = [
        c for c in stated if codes(c.get("code")) & NONE_KNOWN and not codes(c.get("clinicalStatus")) & _ENDED
    ]
    real = [c for c in stated if not codes(c.get("code")) & (NONE_KNOWN | NO_INFORMATION)]
    current: list[Problem] = []
    earlier: list[Problem] = []
    ambiguous = _ambiguous(real)
    for group in grouped(real, lambda c: _keys(c, ambiguous)):
        line = _line(group, sources)
        (current if _current(group, line, today) else earlier).append(line)
    denials = standing(denied, _recorded, map(_recorded, real))
    return Section(
        sorted(current, key=_order),
        sorted(earlier, key=_order),
        [sources.origin(c, _recorded(c)) for c in denials],
        denials,
    )


def _ambiguous(conditions: Iterable[Resource]) -> set[str]:
    """The texts under which sources mean, by their codes, different diagnoses."""
    of_text: dict[str, list[Any]] = {}
    for each in conditions:
        of_text.setdefault(folded(text_of(each.get("code"))), []).append(each.get("code"))
    return {text for text, concepts in of_text.items() if contradict(concepts)}


def _keys(condition: Resource, ambiguous: set[str]) -> frozenset[str]:
    """What makes it the same as others; an ambiguous text does not, where it has a code."""
    code = condition.get("code")
    text = folded(text_of(code))
    keys = keys_with_aspect(code)
    coded = frozenset(key for key in keys if not key.startswith("text|"))
    return (coded or keys) if text in ambiguous else keys


def _order(line: Problem) -> tuple[bool, float]:
    return not line.chronic, -stamp(line.last)


def _recorded(condition: Resource) -> Moment | None:
    return first_moment(
        condition.get("recordedDate"), condition.get("onsetDateTime"), condition.get("onsetPeriod")
    )


def _current(group: list[Resource], line: Problem, today: date) -> bool:
    newest = max(group, key=lambda c: found.start.timestamp() if (found := _recorded(c)) else 0.0)
    if codes(newest.get("clinicalStatus")) & _ENDED or newest.get("abatementDateTime"):
        return False
    listed = any(
        "problem-list-item" in codes(category) for c in group for category in c.get("category") or []
    )
    if line.chronic or listed or line.last is None:
        return True
    return (today - line.last.day).days <= days_of_diagnosis(line.code)


def _line(found: list[Resource], sources: Sources) -> Problem:
    group = sorted(found, key=lambda c: stamp(_recorded(c)), reverse=True)
    code = next(filter(None, (icd10_of(c.get("code")) for c in group)), None)
    recorded = [_recorded(c) for c in group]
    begun = [first_moment(c.get("onsetDateTime"), c.get("onsetPeriod")) for c in group]
    onsets = [onset or told for onset, told in zip(begun, recorded, strict=True)]
    newest = _newest_by_source([(sources.origin(c, _recorded(c)), c) for c in group])
    known = diagnosis(code)
    unsure = {"provisional", "unconfirmed", "differential"}
    return Problem(
        name=diagnosed(named(*(c.get("code") for c in group)), code),
        code=code,
        chronic=known is not None and known.chronic,
        provisional=all(codes(c.get("verificationStatus")) & unsure for c in group),
        since=min((onset for onset in onsets if onset), default=None),
        last=latest(recorded),
        origins=tuple(origin for origin, _ in newest),
        originals=tuple(original for _, original in newest),
        onset=min((onset for onset in begun if onset), default=None),
    )


def _newest_by_source(said: Iterable[tuple[Origin, Resource]]) -> list[tuple[Origin, Resource]]:
    ordered = sorted(said, key=lambda pair: pair[0].when.start.timestamp() if pair[0].when else 0.0)
    newest = {origin.organization: (origin, original) for origin, original in ordered}
    return list(reversed(newest.values()))
