import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.sort import clinical_dates, known, parse


def fields(type: str, text: str) -> list[tuple[str, str | None, bool]]:
    return [(key.code, key.field, key.descending) for key in parse(type, text)]


def test_keys_and_directions() -> None:
    """Checklist line 66."""
    assert fields("Observation", "-date, _lastUpdated,-_id") == [
        ("date", "sort.date", True),
        ("_lastUpdated", "updated", False),
        ("_id", "id", True),
    ]
    assert fields("Condition", "onset-date") == [("onset-date", "sort.date", False)]
    assert fields("Organization", "-_lastUpdated") == [("_lastUpdated", "updated", True)]


@pytest.mark.parametrize(
    ("type", "code"),
    [
        ("Observation", "code"),
        ("Observation", "value-quantity"),
        ("Condition", "recorded-date"),
        ("Patient", "birthdate"),
        ("MedicationRequest", "date"),
    ],
)
def test_other_keys_have_no_field_of_the_document(type: str, code: str) -> None:
    assert fields(type, f"-{code}") == [(code, None, True)]


@pytest.mark.parametrize(("type", "text"), [("Observation", "code-value-quantity"), ("Location", "near"),
                                            ("Patient", "_text"), ("Patient", "_filter")])  # fmt: skip
def test_what_has_no_order_is_refused(type: str, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(type, text)
    assert refused.value.fault is Fault.UNSUPPORTED_PARAMETER


@pytest.mark.parametrize("text", ["date,-date", "nonsense", "-"])
def test_a_key_is_known_and_stands_once(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse("Observation", text)
    assert refused.value.fault is Fault.PARAMETER


def test_there_is_an_end_to_keys() -> None:
    codes = "status,code,category,subject,patient,date,encounter,performer,device,focus,method"
    with pytest.raises(Refusal) as refused:
        parse("Observation", codes)
    assert refused.value.fault is Fault.TOO_COSTLY


def test_a_key_is_known_where_all_types_have_it() -> None:
    assert known(["Observation", "Procedure"], "-date") == "-date"
    assert known(["Observation", "Patient"], "-date") is None


def test_the_clinical_date_of_a_type() -> None:
    assert clinical_dates("Observation") == ("Observation.date",)
    assert clinical_dates("MedicationRequest")[0] == "MedicationRequest.authoredon"
    assert clinical_dates("Condition") == ("Condition.onset-date", "Condition.recorded-date")
    assert clinical_dates("Patient") == ()
