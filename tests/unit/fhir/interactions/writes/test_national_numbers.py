"""A number that fails its check is refused in a directory, at its place, and not repeated."""

import pytest

from fhir.interactions.writes.national_numbers import faults
from fhir.matching import citizen_number, social_credit_code
from fhir.resource import Resource

CODE, NUMBER = "91510100MA61R9WX0K", "510104195803129013"
FIRST = CODE[:17]


def of(type: str, system: str, value: str, **more: str) -> Resource:
    numbers = [{"system": "urn:x", "value": "1"}, {"system": system, "value": value} | more]
    return {"resourceType": type, "identifier": numbers}


def test_what_is_right_is_taken() -> None:
    right = FIRST + social_credit_code.check_character(FIRST)
    assert not list(faults(of("Organization", social_credit_code.SYSTEM, right)))
    assert not list(faults(of("Practitioner", citizen_number.SYSTEM, NUMBER)))


@pytest.mark.parametrize(
    ("type", "system", "value"),
    [
        ("Organization", social_credit_code.SYSTEM, "91510100MA61R9WX00"),
        ("Practitioner", citizen_number.SYSTEM, "510104195803129014"),
    ],
)
def test_what_fails_its_check_is_named(type: str, system: str, value: str) -> None:
    (issue,) = faults(of(type, system, value))
    assert issue.expression == f"{type}.identifier[1].value"
    assert value not in issue.diagnostics
    assert not list(faults(of(type, system, value, use="old")))


def test_a_residents_number_is_kept_as_it_is() -> None:
    assert not list(faults(of("Patient", citizen_number.SYSTEM, "510104195803129014")))
