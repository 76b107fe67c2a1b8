"""Problems of PRB."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_an_end_resolves_it() -> None:
    (found,) = resources(converted(PID, "PRB|UP|20260105|^咳嗽||||||20260106", kind="PPR^PC2"), "Condition")
    assert found["clinicalStatus"]["coding"][0]["code"] == "resolved"


def test_the_action_takes_it_back() -> None:
    (found,) = resources(converted(PID, "PRB|DE|20260105|^咳嗽", kind="PPR^PC2"), "Condition")
    assert "clinicalStatus" not in found
    assert found["verificationStatus"]["coding"][0]["code"] == "entered-in-error"


def test_without_a_code_it_is_listed() -> None:
    assert "PRB[1]" in converted(PID, "PRB|AD|20260105", kind="PPR^PC1").unmapped
