"""What passes loses its place among the most important; what is dangerous or lasts does not."""

import pytest

from fhir.resource import Resource
from fhir.summary.passing import YEAR, days_of_diagnosis, days_of_result
from fhir.summary.problems import problems
from fhir.summary.results import results
from tests.support.people import TODAY, concept, condition, health_file, observation, patient

HIGH = [{"coding": [{"code": "H"}]}]
CRITICAL = [{"coding": [{"code": "HH"}]}]


def told(loinc: str, days: int, interpretation: list[Resource]) -> int:
    found = observation(loinc, "HTEST", "39.4", "Cel", days, interpretation=interpretation)
    (series,) = results(health_file([patient(), found]), TODAY)
    return series.urgency(TODAY)


@pytest.mark.parametrize(
    ("loinc", "days", "interpretation", "urgency"),
    [
        ("8310-5", 3, HIGH, 2),
        ("8310-5", 14, HIGH, 2),
        ("8310-5", 15, HIGH, 0),
        ("8310-5", 240, HIGH, 0),
        ("8310-5", 80, CRITICAL, 3),
        ("8310-5", 240, CRITICAL, 2),
        ("80382-5", 31, [{"coding": [{"code": "POS"}]}], 0),
        ("1988-5", 80, HIGH, 2),
        ("2708-6", 240, HIGH, 2),
        ("6690-2", 240, HIGH, 2),
        ("4548-4", 366, HIGH, 2),
        ("2823-3", 240, HIGH, 2),
    ],
)
def test_a_fever_of_march_is_no_reason_to_look_in_november(
    loinc: str, days: int, interpretation: list[Resource], urgency: int
) -> None:
    assert told(loinc, days, interpretation) == urgency


def current(code: str, days: int, **more: object) -> bool:
    one = condition("HTEST", code, days, **more)
    found = problems(health_file([patient(), one]), TODAY)
    assert len(found.current) + len(found.earlier) == 1, "never hidden"
    return bool(found.current)


LISTED = {"category": [concept("x", "urn:x", "problem-list-item")]}


@pytest.mark.parametrize(
    ("code", "days", "more", "expected"),
    [
        ("R50.900", 30, {}, True), ("R50.900", 240, {}, False), ("J06.900", 91, {}, False),
        ("R50.900", 240, LISTED, True), ("I10.x00", 2000, {}, True), ("J18.900", 240, {}, True),
        ("J18.900", 400, {}, False),
    ],
)  # fmt: skip
def test_a_cold_is_current_for_three_months(
    code: str, days: int, more: dict[str, object], expected: bool
) -> None:
    assert current(code, days, **more) is expected


def test_what_the_table_does_not_know_matters_for_a_year() -> None:
    assert days_of_result(None) == days_of_result("4548-4") == days_of_diagnosis(None) == YEAR
    assert days_of_diagnosis("b08.401") == 90
