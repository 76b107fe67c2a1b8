import pytest

from fhir.summary.file import health_file
from fhir.summary.visits import Kind, visits, within_year
from tests.support.people import (
    HUAXI,
    NAMES,
    TODAY,
    condition,
    encounter,
    organizations,
    patient,
)


def test_a_visit_says_what_where_with_whom_and_why() -> None:
    (visit,) = visits(health_file([*organizations(), patient(), encounter("IMP", 20, "肺炎")]))
    assert (visit.kind, visit.department, visit.doctor, visit.reasons) == (
        Kind.INPATIENT,
        "内分泌科",
        "周敏",
        ("肺炎",),
    )
    assert visit.origin.organization == NAMES[HUAXI]
    assert visit.end is not None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AMB", Kind.OUTPATIENT),
        ("EMER", Kind.EMERGENCY),
        ("HH", Kind.HOME),
        ("i", Kind.INPATIENT),
        ("?", Kind.OTHER),
    ],
)
def test_kinds(code: str, kind: Kind) -> None:
    assert visits(health_file([encounter(code, 1, "x")]))[0].kind is kind


def test_what_did_not_take_place_is_not_shown() -> None:
    unreal = [
        encounter("AMB", 1, "x", status=status) for status in ("cancelled", "planned", "entered-in-error")
    ]
    assert visits(health_file(unreal)) == []


def test_diagnoses_of_the_visit_are_its_reasons_once() -> None:
    visit = encounter("AMB", 1, "高血压", id="e1", diagnosis=[{"condition": {"reference": "Condition/c1"}}])
    own = condition("高血压", "I10", id="c1")
    other = condition("糖尿病", "E11", id="c2", encounter={"reference": "Encounter/e1"})
    assert visits(health_file([visit, own, other]))[0].reasons == ("高血压", "糖尿病")


def test_within_a_year_counts_a_stay_that_ended_in_it() -> None:
    file = health_file([encounter("AMB", 10, "a"), encounter("IMP", 368, "b"), encounter("AMB", 500, "c")])
    assert [visit.reasons[0] for visit in within_year(visits(file), TODAY)] == ["a", "b"]


@pytest.mark.parametrize("code", ["entered-in-error", "refuted"])
def test_a_diagnosis_that_does_not_hold_is_no_reason(code: str) -> None:
    seen = encounter("AMB", 5, "头痛", diagnosis=[{"condition": {"reference": "Condition/c"}}]) | {"id": "e"}
    no = {"verificationStatus": {"coding": [{"code": code}]}}
    wrong = condition("肺癌", "C34.900", 5, id="c", encounter={"reference": "Encounter/e"}, **no)
    assert visits(health_file([patient(), seen, wrong]))[0].reasons == ("头痛",)
