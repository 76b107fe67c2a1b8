"""Whose follow-up is overdue, by the national rules."""

from datetime import timedelta

import pytest

from fhir.resource import Resource
from services.portal.clinician.worklist.follow_up import Due, FollowUp, overdue
from tests.support.people import HUAXI, JINJIANG, TODAY, condition, encounter, observation

PERSON = {"Patient/p1": "Patient/p1", "Patient/p2": "Patient/p1"}
HYPERTENSION, DIABETES = condition("高血压", "I10.x00"), condition("2型糖尿病", "E11.900")


def told(
    ill: Resource, visits: list[Resource], results: tuple[Resource, ...] = (), *said: Resource
) -> list[tuple[Due, int]]:
    named = [each | {"id": f"e{number}"} for number, each in enumerate(visits)]
    found = overdue([ill, *said], named, results, PERSON, HUAXI, TODAY)
    return [(each.what, (TODAY - each.due).days) for each in found]


@pytest.mark.parametrize(("days", "late"), [(92, []), (93, [(Due.VISIT, 1)]), (200, [(Due.VISIT, 108)])])
def test_a_visit_a_quarter(days: int, late: list[tuple[Due, int]]) -> None:
    assert told(HYPERTENSION, [encounter("AMB", days, "随访")]) == late


def test_a_visit_under_another_patient_of_the_person_counts() -> None:
    visits = [encounter("AMB", 200, "随访"), encounter("AMB", 10, "随访", patient="p2")]
    assert told(HYPERTENSION, visits) == []


def test_a_visit_elsewhere_counts_where_it_says_the_disease() -> None:
    visits = [encounter("AMB", 200, "随访"), encounter("AMB", 10, "眼科", JINJIANG)]
    assert told(HYPERTENSION, visits) == [(Due.VISIT, 108)]
    here = condition("高血压", "I10.x00", encounter={"reference": "Encounter/e1"})
    assert told(HYPERTENSION, visits, (), here) == []


def test_what_did_not_take_place_is_no_visit() -> None:
    visits = [encounter("AMB", 200, "随访"), encounter("AMB", 10, "随访", status="cancelled")]
    assert told(HYPERTENSION, visits) == [(Due.VISIT, 108)]


def test_a_very_high_pressure_is_looked_at_again_within_two_weeks() -> None:
    pressure = observation("8480-6", "收缩压", "186", "mmHg", 20)
    assert told(HYPERTENSION, [encounter("AMB", 20, "随访")], (pressure,)) == [(Due.URGENT, 6)]
    assert told(HYPERTENSION, [encounter("AMB", 5, "随访")], (pressure,)) == []
    newer = observation("8480-6", "收缩压", "150", "mmHg", 15)
    assert told(HYPERTENSION, [encounter("AMB", 20, "随访")], (pressure, newer)) == []


def test_diabetes_wants_its_glucose_too() -> None:
    glucose = observation("14771-0", "空腹血糖", "7.1", "mmol/L", 100)
    assert told(DIABETES, [encounter("AMB", 10, "随访")], (glucose,)) == [(Due.TEST, 8)]
    assert told(DIABETES, [encounter("AMB", 10, "随访")]) == []


@pytest.mark.parametrize(("days", "late"), [(366, []), (367, [(Due.CHECKUP, 1)])])
def test_a_check_up_a_year_where_one_is_known(days: int, late: list[tuple[Due, int]]) -> None:
    seen = encounter("AMB", 10, "随访")
    for how in ({"type": [{"text": "健康体检"}]}, {"serviceType": {"text": "体检科"}}):
        checked = encounter("AMB", days, "年度", JINJIANG, **how)
        assert told(HYPERTENSION, [seen, checked]) == late


def test_who_has_two_diseases_is_checked_once() -> None:
    seen = encounter("AMB", 10, "随访"), encounter("AMB", 400, "体检", JINJIANG)
    assert told(HYPERTENSION, list(seen), (), DIABETES) == [(Due.CHECKUP, 34)]


def test_who_is_well_or_was_never_seen_is_not_listed() -> None:
    over = HYPERTENSION | {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert told(over, [encounter("AMB", 200, "随访")]) == []
    assert told(HYPERTENSION, []) == []
    assert told(condition("肺炎", "J18.900"), [encounter("AMB", 200, "随访")]) == []


def test_the_urgent_go_first() -> None:
    found = overdue(
        [HYPERTENSION, condition("高血压", "I10", patient="p9")],
        [encounter("AMB", 20, "x"), encounter("AMB", 300, "x", patient="p9")],
        [observation("8462-4", "舒张压", "112", "mmHg", 20)],
        PERSON | {"Patient/p9": "Patient/p9"},
        HUAXI,
        TODAY,
    )
    assert [each.what for each in found] == [Due.URGENT, Due.VISIT]
    assert found[0] == FollowUp(
        "Patient/p1", "hypertension", Due.URGENT, TODAY - timedelta(6), TODAY - timedelta(20)
    )
