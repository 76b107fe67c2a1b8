"""Dispenses of RXD."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_an_amount_that_is_no_number_is_listed() -> None:
    made = converted(PID, "ORC|RE|R1", "RXD|1|^阿司匹林|20260105|若干", kind="RDS^O13")
    assert len(resources(made, "MedicationDispense")) == 1
    assert "RXD[1]-4" in made.unmapped


def test_without_a_medication_it_is_listed() -> None:
    assert "RXD[1]" in converted(PID, "RXD|1||20260105", kind="RDS^O13").unmapped
