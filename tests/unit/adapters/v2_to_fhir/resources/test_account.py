"""Accounts of PID-18."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_the_last_event_ends_it() -> None:
    (found,) = resources(converted(PID + "|" * 13 + "C1", kind="BAR^P06"), "Account")
    assert (found["status"], found["identifier"][0]["value"]) == ("inactive", "C1")


def test_without_a_number_there_is_none() -> None:
    assert resources(converted(PID, kind="BAR^P01"), "Account") == []
