import pytest

from fhir.outcome import Refusal
from fhir.search.include import Include, parse


@pytest.mark.parametrize(
    ("name", "modifier", "value", "expected"),
    [
        ("_include", "", "Observation:subject", Include("Observation", "subject")),
        ("_include", "", "Observation:subject:Patient", Include("Observation", "subject", "Patient")),
        ("_include", "", "Observation:*", Include("Observation", "*")),
        ("_include", "", "*", Include("*", "*")),
        ("_include", "iterate", "Patient:organization", Include("Patient", "organization", None, True)),
        ("_include", "recurse", "Patient:organization", Include("Patient", "organization", None, True)),
        ("_revinclude", "", "Provenance:target", Include("Provenance", "target")),
        ("_include", "", "MedicationRequest:medication", Include("MedicationRequest", "medication")),
    ],
)
def test_includes(name: str, modifier: str, value: str, expected: Include) -> None:
    assert parse(name, modifier, value, "Observation") == expected


@pytest.mark.parametrize(
    ("name", "modifier", "value"),
    [
        ("_include", "", "subject"),
        ("_include", "", "Nothing:subject"),
        ("_include", "", "Observation:code"),
        ("_include", "", "Observation:nothing"),
        ("_include", "", "Observation:subject:Organization"),
        ("_include", "", "Observation:*:Nothing"),
        ("_include", "", "a:b:c:d"),
        ("_revinclude", "", "*"),
        ("_include", "exact", "Observation:subject"),
    ],
)
def test_what_is_no_include_is_refused(name: str, modifier: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(name, modifier, value, "Observation")
    assert name in str(refused.value)
