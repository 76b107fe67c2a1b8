"""The numbers by which a search looks somebody up (security-and-scale.md, line 39)."""

import pytest

from fhir.interactions.lookup import numbers

_SYSTEM = "urn:oid:2.16.156.10011.1.3"


@pytest.mark.parametrize(
    ("type", "name", "value", "found"),
    [
        ("Patient", "identifier", f"{_SYSTEM}|51010419580312901x", ["51010419580312901X"]),
        ("Patient", "identifier", f"{_SYSTEM}|1,2,|2", ["1", "2"]),
        ("Patient", "identifier:of-type", "system|type|7", ["7"]),
        ("Patient", "phone", "13800005678", ["13800005678"]),
        ("Patient", "name", "王建国", []),
        ("Patient", "_id", "a", []),
        (None, "identifier", "1", ["1"]),
        ("Encounter", "identifier", "1", []),
        ("Encounter", "patient", "Patient/a", []),
        ("Encounter", "patient.identifier", "1", ["1"]),
        ("Encounter", "patient:identifier", "s|1", ["1"]),
        ("Encounter", "subject:Patient.identifier", "1", ["1"]),
        ("Encounter", "subject:Patient.telecom", "1", ["1"]),
        ("Patient", "_filter", f"(identifier eq {_SYSTEM}|1 or identifier eq 2)", ["1", "2"]),
    ],
)
def test_numbers(type: str | None, name: str, value: str, found: list[str]) -> None:
    assert numbers(type, [(name, value)]) == found
