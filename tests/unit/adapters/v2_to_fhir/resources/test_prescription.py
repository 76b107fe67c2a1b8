"""The order around a dispense."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_the_order_is_known_by_its_number() -> None:
    made = converted(PID, "ORC|RE|R1|F1", "RXD|1|^阿司匹林|20260105|1", kind="RDS^O13")
    (found,) = resources(made, "MedicationDispense")
    assert found["authorizingPrescription"][0]["identifier"]["value"] == "R1"


def test_without_a_number_there_is_none() -> None:
    (found,) = resources(converted(PID, "RXD|1|^阿司匹林|20260105|1", kind="RDS^O13"), "MedicationDispense")
    assert "authorizingPrescription" not in found
