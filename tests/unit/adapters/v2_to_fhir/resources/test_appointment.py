"""The state of an appointment."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


SCH = "SCH|A1|F1||||R^原因|||30|min|1^^^20260110090000||||||||||||||{}"


def test_an_event_says_more_than_the_filler() -> None:
    for trigger, state in (("S15", "cancelled"), ("S17", "entered-in-error"), ("S26", "noshow")):
        (found,) = resources(converted(SCH.format("Booked"), PID, kind=f"SIU^{trigger}"), "Appointment")
        assert found["status"] == state


def test_an_unknown_filler_state_is_listed() -> None:
    made = converted(SCH.format("什么"), PID, kind="SIU^S12")
    assert "SCH[1]-25" in made.unmapped


def test_a_resource_without_an_appointment_is_listed() -> None:
    made = converted(PID, "AIP|1||D1^王", kind="SIU^S12")
    assert resources(made, "Appointment") == []
    assert "AIP[1]" in made.unmapped
