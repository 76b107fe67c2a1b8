from typing import Any

import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.definition import adds, digest, rows
from tests.support.resources import search_parameter


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"status": "draft"}, False),
        ({"status": "retired"}, False),
        ({"url": "http://hl7.org/fhir/SearchParameter/Patient-name"}, False),
        ({"code": "name", "derivedFrom": "http://hl7.org/fhir/SearchParameter/Patient-name"}, False),
        ({"derivedFrom": "http://hl7.org/fhir/SearchParameter/Patient-name"}, True),
    ],
)
def test_what_adds_a_parameter(more: dict[str, Any], expected: bool) -> None:
    assert adds(search_parameter(**more)) == expected


@pytest.mark.parametrize(
    ("more", "element"),
    [
        ({"code": "name"}, "code"),
        ({"code": "a:b"}, "code"),
        ({"code": "_own"}, "code"),
        ({"expression": "Patient.nothing"}, "expression"),
        ({"expression": "Patient.name.select(family & given)"}, "expression"),
        ({"type": "special"}, "type"),
        ({"expression": "Patient.name.family"}, "type"),
        ({"expression": "Patient.birthDate", "type": "quantity"}, "type"),
        ({"expression": "Patient.birthDate"}, "type"),
        ({"expression": "Patient.maritalStatus", "type": "date"}, "type"),
        ({"expression": "Patient.maritalStatus", "type": "reference"}, "type"),
    ],
)
def test_the_part_that_cannot_be_taken_is_named(more: dict[str, Any], element: str) -> None:
    """Checklist line 92."""
    with pytest.raises(Refusal) as caught:
        rows(search_parameter(**more))
    assert (caught.value.fault, caught.value.issues[0].expression) == (
        Fault.INVALID, f"SearchParameter.{element}",
    )  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"expression": "Patient.extension.where(url='urn:htest').value"},
        {"expression": "Patient.extension.where(url='urn:htest').value", "type": "date"},
        {"expression": "Patient.deceased", "type": "date"},
        {"expression": "Observation.value", "base": ["Observation"], "type": "quantity"},
    ],
)
def test_of_an_element_of_several_types_those_count_that_fit(more: dict[str, Any]) -> None:
    assert rows(search_parameter(**({"code": "own"} | more)))


def test_the_digest_follows_what_is_indexed() -> None:
    base = search_parameter()
    same, other = search_parameter(description="other words"), search_parameter(expression="Patient.language")
    assert digest(base, rows(base)) == digest(same, rows(same)) != digest(other, rows(other))
