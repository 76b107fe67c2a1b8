from typing import Any

from fhir.summary.file import health_file
from fhir.summary.vaccinations import vaccinations
from tests.support.people import ago


def dose(text: str, days: int, **more: Any) -> dict[str, Any]:
    base = {"resourceType": "Immunization", "status": "completed", "patient": {"reference": "Patient/p1"}}
    return base | {"vaccineCode": {"text": text}, "occurrenceDateTime": ago(days)} | more


def test_newest_first_with_dose_and_lot() -> None:
    protocol = [{"doseNumberPositiveInt": 2}]
    lines = vaccinations(
        health_file([dose("甲", 90), dose("乙", 3, protocolApplied=protocol, lotNumber="L1")])
    )
    assert [(line.name, line.dose, line.lot) for line in lines] == [("乙", "2", "L1"), ("甲", "", "")]


def test_the_same_dose_from_two_sources_is_one_line() -> None:
    assert len(vaccinations(health_file([dose("甲", 3), dose("甲", 3), dose("甲", 33)]))) == 2


def test_not_done_is_said_and_errors_vanish() -> None:
    (line,) = vaccinations(
        health_file([dose("甲", 3, status="not-done"), dose("乙", 3, status="entered-in-error")])
    )
    assert not line.given
