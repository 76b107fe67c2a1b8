import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.sort import Sort, clinical_dates, parse


def test_keys_and_directions() -> None:
    assert parse("Observation", "-date, _lastUpdated") == (
        Sort("date", "sort.date", True),
        Sort("_lastUpdated", "updated"),
    )
    assert parse("Condition", "onset-date") == (Sort("onset-date", "sort.date"),)
    assert parse("Organization", "-_lastUpdated") == (Sort("_lastUpdated", "updated", True),)


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("Observation", "code"),
        ("Observation", "value-date"),
        ("Condition", "recorded-date"),
        ("Patient", "birthdate"),
        ("MedicationRequest", "date"),
        ("Observation", "-"),
        ("Observation", "date,code"),
    ],
)
def test_other_keys_are_refused_with_the_reason(type: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(type, text)
    assert refused.value.fault is Fault.UNSUPPORTED_PARAMETER
    assert "_lastUpdated" in str(refused.value)


def test_a_key_stands_once() -> None:
    with pytest.raises(Refusal):
        parse("Observation", "date,-date")


def test_the_clinical_date_of_a_type() -> None:
    assert clinical_dates("Observation") == ("Observation.date",)
    assert clinical_dates("MedicationRequest")[0] == "MedicationRequest.authoredon"
    assert clinical_dates("Condition") == ("Condition.onset-date", "Condition.recorded-date")
    assert clinical_dates("Patient") == ()
