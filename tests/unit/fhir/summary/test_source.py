from fhir.summary.source import Sources, owner_of, target
from tests.support.people import (
    HUAXI,
    JIANYANG,
    JINJIANG,
    NAMES,
    condition,
    organizations,
    patient,
)


def sources() -> Sources:
    known = {f"Organization/{o['id']}": o for o in organizations()}
    return Sources([patient(), patient("p2", JINJIANG)], known)


def test_target_cuts_base_and_version() -> None:
    assert target({"reference": "http://x/fhir/Patient/1/_history/2"}) == "Patient/1"
    assert target({"reference": "Patient/1"}) == "Patient/1"
    assert target({"reference": "#m"}) == "#m"
    assert target(None) == target({}) == ""


def test_the_resources_own_institution_goes_before_the_patients() -> None:
    named = condition("x", "J00", patient="p2", recorder={"reference": JIANYANG})
    assert sources().organization(named) == NAMES[JIANYANG]
    assert sources().organization(condition("x", "J00", patient="p2")) == NAMES[JINJIANG]


def test_a_person_is_no_institution_and_a_display_is_better_than_nothing() -> None:
    by_doctor = condition("x", "J00", recorder={"reference": "Practitioner/1"})
    assert sources().organization(by_doctor) == NAMES[HUAXI]
    elsewhere = condition("x", "J00", recorder={"reference": "Organization/z", "display": "外院"})
    assert sources().organization(elsewhere) == "外院"
    assert sources().organization(condition("x", "J00", patient="unknown")) is None


def test_performers_of_an_immunization() -> None:
    given = {"resourceType": "Immunization", "performer": [{"actor": {"reference": JINJIANG}}]}
    assert sources().organization(given) == NAMES[JINJIANG]


def test_freshness_is_the_last_arrival_per_institution_newest_first() -> None:
    old = condition("x", "J00", meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    rows = sources().freshness([old, condition("x", "J00", patient="p2"), patient()])
    assert [(row.organization, row.received.day.isoformat()) for row in rows] == [
        (NAMES[JINJIANG], "2026-11-22"),
        (NAMES[HUAXI], "2026-11-20"),
    ]


def test_owner_of() -> None:
    assert owner_of(patient()) == "Patient/p1"
    assert owner_of({"resourceType": "Immunization", "patient": {"reference": "Patient/9"}}) == "Patient/9"


def test_a_drug_or_a_device_comes_from_nobody() -> None:
    drug = {"resourceType": "Medication", "id": "m", "meta": {"lastUpdated": "2026-11-22T01:30:00.000Z"}}
    assert sources().freshness([drug, drug | {"resourceType": "Device"}]) == []


def test_an_insurance_is_about_whom_it_is_for() -> None:
    assert owner_of({"resourceType": "Coverage", "beneficiary": {"reference": "Patient/9"}}) == "Patient/9"
