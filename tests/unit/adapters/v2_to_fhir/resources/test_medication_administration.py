"""Administrations of RXA."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_a_way_without_a_dose_is_listed() -> None:
    made = converted(PID, "ORC|RE|R1", "RXA|0|1|20260105||^葡萄糖|999", "RXR|IV", kind="RAS^O17")
    (found,) = resources(made, "MedicationAdministration")
    assert "dosage" not in found
    assert "RXR[1]" in made.unmapped


def test_without_a_time_it_is_that_of_the_message() -> None:
    (found,) = resources(converted(PID, "RXA|0|1|||^葡萄糖|1", kind="RAS^O17"), "MedicationAdministration")
    assert found["effectiveDateTime"] == "2026-01-05T10:00:00+08:00"


def test_the_action_takes_it_back() -> None:
    rxa = "RXA|0|1|20260105||^葡萄糖|1" + "|" * 15 + "D"
    (found,) = resources(converted(PID, rxa, kind="RAS^O17"), "MedicationAdministration")
    assert found["status"] == "entered-in-error"
