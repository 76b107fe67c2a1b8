"""Follow-up of chronic disease: whose next visit or test is overdue.

National basic public health (国家基本公共卫生服务规范): the intervals are data, follow_ups.yaml. What counts
is a visit at one's own house, or one anywhere that says the disease.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from fhir.resource import Resource
from fhir.summary.coding import LOINC, code_of, codes, icd10_of, many, text_of
from fhir.summary.moment import first_moment
from fhir.summary.quantity import number_of
from fhir.summary.source import owner_of, target

_OVER = {"inactive", "resolved", "remission"}
_CHECKUP, _EXAMINATION = "体检", "Z00.0"
_NO_VISIT = {"planned", "cancelled", "entered-in-error"}


class Due(Enum):
    """What is due."""

    VISIT = "visit"
    TEST = "test"
    CHECKUP = "checkup"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing that is overdue for one Patient: of which disease, since what day, when it was last done."""

    patient: str
    disease: str
    what: Due
    due: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Rule:
    """How often somebody with a disease is seen, tested, and checked from head to foot."""

    disease: str
    icd10: tuple[str, ...]
    visit: int
    checkup: int
    tests: frozenset[str] = frozenset()
    test: int = 0
    limits: Mapping[str, int] | None = None
    urgent: int = 0


class Done(NamedTuple):
    """What was done for a Patient: visits (day, at my house, ICD-10 codes), results (day, LOINC, value), days
    of check-ups anywhere."""

    visits: list[tuple[date, bool, frozenset[str]]]
    results: list[tuple[date, str, float]]
    checkups: list[date]

    @classmethod
    def nothing(cls) -> "Done":
        """Of whom nothing is known."""
        return cls([], [], [])


@cache
def rules() -> tuple[Rule, ...]:
    """The rules that ship with the platform."""
    rows: list[dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("follow_ups.yaml").read_text("utf-8")
    )
    return tuple(
        Rule(**row | {"icd10": tuple(row["icd10"]), "tests": frozenset(row.get("tests", ()))}) for row in rows
    )


def overdue(
    conditions: Sequence[Resource],
    encounters: Sequence[Resource],
    observations: Sequence[Resource],
    person: Mapping[str, str],
    house: str,
    today: date,
) -> list[FollowUp]:
    """What is overdue, the urgent and then the longest first; `person` says whose Patient each is."""
    said = _said(conditions)
    done = _done(encounters, observations, said, person, house)
    lines = [
        line
        for rule in rules()
        for one, since in sorted(_ill(rule, conditions, person).items())
        for line in _of(rule, one, done.get(one, Done.nothing()), since, today)
    ]
    return sorted(_once(lines), key=lambda line: (line.what is not Due.URGENT, line.due, line.patient))


def _once(lines: Iterable[FollowUp]) -> Iterator[FollowUp]:
    """A check-up is one for all diseases of a person."""
    checked: set[str] = set()
    for line in lines:
        if line.what is not Due.CHECKUP or line.patient not in checked:
            yield line
        if line.what is Due.CHECKUP:
            checked.add(line.patient)


def _ill(rule: Rule, conditions: Iterable[Resource], person: Mapping[str, str]) -> dict[str, date | None]:
    """Who has the disease, and when it was said last."""
    found: dict[str, date | None] = {}
    for each in conditions:
        who, code = person.get(owner_of(each)), icd10_of(each.get("code")) or ""
        if who is None or not code.startswith(rule.icd10) or not _active(each):
            continue
        said = first_moment(each.get("recordedDate"), each.get("onsetDateTime"), each.get("onsetPeriod"))
        days = [day for day in (found.get(who), said.day if said else None) if day is not None]
        found[who] = max(days, default=None)
    return found


def _active(condition: Resource) -> bool:
    refuted = codes(condition.get("verificationStatus")) & {"refuted", "entered-in-error"}
    return not refuted and not codes(condition.get("clinicalStatus")) & _OVER


def _said(conditions: Iterable[Resource]) -> dict[str, set[str]]:
    """The ICD-10 codes that are said of each visit."""
    found: dict[str, set[str]] = {}
    for condition in conditions:
        found.setdefault(target(condition.get("encounter")), set()).add(icd10_of(condition.get("code")) or "")
    return found


def _done(
    encounters: Iterable[Resource],
    observations: Iterable[Resource],
    said: Mapping[str, set[str]],
    person: Mapping[str, str],
    house: str,
) -> dict[str, Done]:
    found: dict[str, Done] = {}
    for each in encounters:
        when = first_moment(each.get("period"))
        if when is None or each.get("status") in _NO_VISIT or owner_of(each) not in person:
            continue
        here = target(each.get("serviceProvider")) == house
        diagnoses = frozenset(said.get(f"Encounter/{each.get('id')}", ()))
        done = found.setdefault(person[owner_of(each)], Done.nothing())
        done.visits.append((when.day, here, diagnoses))
        if _checkup(each) or any(code.startswith(_EXAMINATION) for code in diagnoses):
            done.checkups.append(when.day)
    for each in observations:
        if owner_of(each) in person:
            found.setdefault(person[owner_of(each)], Done.nothing()).results.extend(_results(each))
    return found


def _checkup(encounter: Resource) -> bool:
    """Was it the yearly examination? Nothing but its words tells."""
    concepts = (
        *many(encounter.get("type")),
        encounter.get("serviceType"),
        *many(encounter.get("reasonCode")),
    )
    return any(_CHECKUP in text_of(each) for each in concepts)


def _results(observation: Resource) -> Iterable[tuple[date, str, float]]:
    when = first_moment(observation.get("effectiveDateTime"), observation.get("effectivePeriod"))
    for part in (observation, *many(observation.get("component"))):
        code, number = code_of(part.get("code"), LOINC), number_of(part.get("valueQuantity"))
        if when is not None and code is not None and number is not None:
            yield when.day, code, float(number)


def _of(rule: Rule, patient: str, done: Done, since: date | None, today: date) -> Iterable[FollowUp]:
    """What is overdue; of whom no visit is known, by the day on which the disease was last said."""
    visits = [day for day, here, said in done.visits if here or any(c.startswith(rule.icd10) for c in said)]
    last = max(visits, default=None)
    urgent = _urgent(rule, done, last, today)
    if urgent is not None:
        yield FollowUp(patient, rule.disease, Due.URGENT, urgent, last)
    elif (due := _next(last or since, rule.visit)) is not None and due < today:
        yield FollowUp(patient, rule.disease, Due.VISIT, due, last)
    tested = max((day for day, code, _ in done.results if code in rule.tests), default=None)
    if rule.tests and (due := _next(tested or last, rule.test)) is not None and due < today:
        yield FollowUp(patient, rule.disease, Due.TEST, due, tested)
    checked = max(done.checkups, default=None)
    if (due := _next(checked, rule.checkup)) is not None and due < today:
        yield FollowUp(patient, rule.disease, Due.CHECKUP, due, checked)


def _next(last: date | None, days: int) -> date | None:
    return None if last is None else last + timedelta(days=days)


def _urgent(rule: Rule, done: Done, last: date | None, today: date) -> date | None:
    """By when somebody must be seen whose newest measurement was above a limit, if that day has come."""
    limits = rule.limits or {}
    measured = [(day, code, value) for day, code, value in done.results if code in limits]
    newest = max((day for day, _, _ in measured), default=None)
    high = any(value >= limits[code] for day, code, value in measured if day == newest)
    if newest is None or not high or (last is not None and last > newest):
        return None
    due = newest + timedelta(days=rule.urgent)
    return due if due <= today else None
