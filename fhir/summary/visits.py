"""Encounter: visits, the newest first.

FHIR R4 Encounter; the class says whether somebody came for an hour or stayed.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from fhir.resource import Resource
from fhir.summary.coding import codes, icd10_of, many
from fhir.summary.controlled import controlled, diagnosed
from fhir.summary.file import HealthFile
from fhir.summary.moment import Moment, first_moment, moment, stamp
from fhir.summary.source import Origin, Sources, target
from fhir.summary.wording import Name, Wording, named


class Kind(Enum):
    """What kind of visit it was."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    EMERGENCY = "emergency"
    HOME = "home"
    CHECKUP = "checkup"
    OTHER = "other"


_KINDS = {
    "AMB": Kind.OUTPATIENT,
    "O": Kind.OUTPATIENT,
    "IMP": Kind.INPATIENT,
    "ACUTE": Kind.INPATIENT,
    "NONAC": Kind.INPATIENT,
    "I": Kind.INPATIENT,
    "SS": Kind.INPATIENT,
    "EMER": Kind.EMERGENCY,
    "E": Kind.EMERGENCY,
    "HH": Kind.HOME,
    "PRENC": Kind.OUTPATIENT,
    "OBSENC": Kind.INPATIENT,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: what kind, from when to when, where, with whom, why."""

    kind: Kind
    start: Moment | None
    end: Moment | None
    open: bool
    department: Wording
    doctor: str
    reasons: tuple[Wording, ...]
    origin: Origin


def visits(file: HealthFile) -> list[Visit]:
    """All visits that took place."""
    sources, conditions = file.sources, {f"Condition/{c.get('id')}": c for c in file.holding("Condition")}
    of_visit: dict[str, list[Resource]] = {}
    for condition in conditions.values():
        of_visit.setdefault(target(condition.get("encounter")), []).append(condition)
    lines = [
        _visit(encounter, conditions, of_visit.get(f"Encounter/{encounter.get('id')}", []), sources)
        for encounter in file.holding("Encounter")
    ]
    return sorted(lines, key=lambda v: stamp(v.start), reverse=True)


def within_year(lines: list[Visit], today: date) -> list[Visit]:
    """The visits that began or ended in the last twelve months, or have no date."""
    since = today - timedelta(days=365)
    return [
        v
        for v in lines
        if v.start is None or v.start.day >= since or (v.end is not None and v.end.day >= since)
    ]


def _visit(
    encounter: Resource, conditions: dict[str, Resource], own: list[Resource], sources: Sources
) -> Visit:
    start = first_moment(encounter.get("period"))
    diagnoses = [conditions.get(target(d.get("condition")), {}) for d in many(encounter.get("diagnosis"))]
    stated = [*many(encounter.get("reasonCode")), *(c.get("code") for c in diagnoses + own)]
    reasons = [diagnosed(named(each), icd10_of(each)) for each in stated]
    return Visit(
        kind=_kind(encounter.get("class") or {}),
        start=start,
        end=moment((encounter.get("period") or {}).get("end")),
        open=encounter.get("status") in ("in-progress", "arrived", "triaged", "onleave"),
        department=department_of(encounter),
        doctor=_doctor(encounter),
        reasons=tuple(dict.fromkeys(filter(None, reasons))),
        origin=sources.origin(encounter, start),
    )


def _kind(coding: dict[str, Any]) -> Kind:
    return _KINDS.get(str(coding.get("code", "")).upper(), Kind.OTHER)


def department_of(encounter: Resource) -> Wording:
    """Where the visit was: its service, else the place of it."""
    places = [(p.get("location") or {}).get("display") for p in many(encounter.get("location"))]
    kind = named(encounter.get("serviceType"))
    return controlled("departments", next((str(name) for name in (kind, *reversed(places)) if name), ""))


def _doctor(encounter: Resource) -> str:
    people = sorted(
        many(encounter.get("participant")),
        key=lambda p: not any(codes(t) & {"ATND"} for t in many(p.get("type"))),
    )
    return next(
        (Name(p["individual"]["display"]) for p in people if (p.get("individual") or {}).get("display")), ""
    )
