"""Referrals of RF1."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_people_of_other_roles_are_listed() -> None:
    made = converted("RF1|A|||||R1", "PRD|PP^家庭医生|王^医生", PID, kind="REF^I12")
    (found,) = resources(made, "ServiceRequest")
    assert found["status"] == "active"
    assert "PRD[1]" in made.unmapped


def test_people_without_a_referral_are_listed() -> None:
    made = converted("PRD|RP|王^医生", PID, kind="REF^I12")
    assert resources(made, "ServiceRequest") == []
    assert "PRD[1]" in made.unmapped
