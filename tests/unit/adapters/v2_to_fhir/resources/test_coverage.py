"""adapters.v2_to_fhir.resources.coverage: thin."""

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_an_insurer_or_the_patient_pays() -> None:
    (insured,) = resources(converted("PID|||P1", "IN1|1|01|YB|医保"), "Coverage")
    (own,) = resources(converted("PID|||P1", "IN1|1|07"), "Coverage")
    assert insured["payor"][0]["display"] == "医保"
    assert own["payor"][0] == own["beneficiary"]
    assert insured["status"] == "active"


def test_each_plan_is_its_own() -> None:
    made = converted("PID|||P1", "IN1|1|01|YB|医保", "IN1|2|02|YB|医保")
    assert len({draft.id for draft in drafts(made, "Coverage")}) == 2


def test_no_coverage_without_a_patient() -> None:
    assert "IN1[1]" in converted("IN1|1|01").unmapped
