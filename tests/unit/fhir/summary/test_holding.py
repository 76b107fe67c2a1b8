import pytest

from fhir.resource import Resource
from fhir.summary.holding import holds

ERROR, REFUTED = (
    {"verificationStatus": {"coding": [{"code": code}]}} for code in ("entered-in-error", "refuted")
)


@pytest.mark.parametrize(
    ("type", "told", "held"),
    [
        ("Observation", {"status": "final"}, True),
        ("Observation", {"status": "registered"}, False),
        ("DiagnosticReport", {"status": "cancelled"}, False),
        ("DocumentReference", {"status": "current"}, True),
        ("DocumentReference", {"status": "superseded"}, False),
        ("DocumentReference", {"status": "current", "docStatus": "entered-in-error"}, False),
        ("MedicationRequest", {"status": "stopped"}, True),
        ("MedicationRequest", {"status": "draft"}, False),
        ("MedicationRequest", {"status": "active", "intent": "proposal"}, False),
        ("MedicationStatement", {"status": "intended"}, False),
        ("MedicationDispense", {"status": "preparation"}, False),
        ("MedicationDispense", {"status": "completed"}, True),
        ("Encounter", {"status": "planned"}, False),
        ("Encounter", {"status": "finished"}, True),
        ("Procedure", {"status": "preparation"}, False),
        ("Procedure", {"status": "not-done"}, False),
        ("Procedure", {"status": "completed"}, True),
        ("DeviceUseStatement", {"status": "intended"}, False),
        ("Immunization", {"status": "not-done"}, True),
        ("Immunization", {"status": "entered-in-error"}, False),
        ("CarePlan", {"status": "entered-in-error"}, False),
        ("Condition", {}, True),
        ("Condition", ERROR, False),
        ("Condition", REFUTED, False),
        ("AllergyIntolerance", ERROR, False),
        ("AllergyIntolerance", REFUTED, True),
    ],
)
def test_what_holds(type: str, told: Resource, held: bool) -> None:
    assert holds({"resourceType": type} | told) is held
