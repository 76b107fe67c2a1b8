"""Immunization: which vaccine, which dose, when and where.

FHIR R4 Immunization; what was not done is said, what was an error is not shown.
"""

from dataclasses import dataclass, field

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.controlled import controlled
from fhir.summary.file import HealthFile
from fhir.summary.moment import first_moment, stamp
from fhir.summary.source import Origin, Sources
from fhir.summary.wording import Wording, named


@dataclass(frozen=True, slots=True)
class Vaccination:
    """One dose, given or refused."""

    name: Wording
    dose: str
    lot: str
    given: bool
    origin: Origin
    original: Resource = field(default_factory=dict, compare=False, repr=False)


def vaccinations(file: HealthFile) -> list[Vaccination]:
    """All doses, the newest first; the same dose from two sources is one line."""
    sources = file.sources
    lines = [_line(i, sources) for i in file.holding("Immunization")]
    once = {(v.name, _time(v), v.given): v for v in lines}
    return sorted(once.values(), key=lambda v: stamp(v.origin.when), reverse=True)


def _time(line: Vaccination) -> object:
    """The day, else the number of the dose; what has neither is like no other."""
    return line.origin.when.day if line.origin.when else line.dose or id(line)


def _line(immunization: Resource, sources: Sources) -> Vaccination:
    protocols = many(immunization.get("protocolApplied"))
    protocol = protocols[0] if protocols else {}
    dose = protocol.get("doseNumberPositiveInt") or protocol.get("doseNumberString") or ""
    return Vaccination(
        name=controlled("names", named(immunization.get("vaccineCode"))),
        dose=str(dose),
        lot=str(immunization.get("lotNumber") or ""),
        given=immunization.get("status") == "completed",
        origin=sources.origin(
            immunization, first_moment(immunization.get("occurrenceDateTime"), immunization.get("recorded"))
        ),
        original=immunization,
    )
