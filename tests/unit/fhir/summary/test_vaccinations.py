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


def test_doses_without_a_date_are_told_apart_by_their_number() -> None:
    def undated(number: int) -> dict[str, Any]:
        made = dose("甲", 0, protocolApplied=[{"doseNumberPositiveInt": number}])
        del made["occurrenceDateTime"]
        return made | {"occurrenceString": "婴儿期"}

    lines = vaccinations(health_file([undated(1), undated(2), undated(3), undated(3)]))
    assert sorted(line.dose for line in lines) == ["1", "2", "3"]


def test_what_has_neither_date_nor_number_is_like_no_other() -> None:
    one, other = ({**dose("甲", 0), "occurrenceDateTime": ""} for _ in range(2))
    assert len(vaccinations(health_file([one, other]))) == 2
