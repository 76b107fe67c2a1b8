"""When an appointment is."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def times(*segments: str) -> tuple[str, str]:
    (found,) = resources(converted(*segments, PID, kind="SIU^S12"), "Appointment")
    return found["start"][11:16], found["end"][11:16]


def test_of_tq1_before_the_old_field() -> None:
    tq1 = "TQ1|||||||20260110100000|20260110103000"
    assert times("SCH|A1||||||||||1^^^20260110090000", tq1) == ("10:00", "10:30")


def test_of_a_resource_and_its_duration() -> None:
    assert times("SCH|A1", "AIP|1||D1^王|||20260110110000|||45|min") == ("11:00", "11:45")
    assert times("SCH|A1", "AIS|1||E^超声|20260110110000|||1|h") == ("11:00", "12:00")


def test_without_a_duration_the_end_is_the_start() -> None:
    assert times("SCH|A1||||||||||1^^^20260110090000") == ("09:00", "09:00")


def test_a_duration_that_cannot_be_read_is_listed() -> None:
    made = converted("SCH|A1||||||||很久|min|1^^^20260110090000", PID, kind="SIU^S12")
    assert "SCH[1]-9" in made.unmapped
