from collections.abc import Mapping
from typing import Any

import pytest

from fhir.validation.finding import Findings, fault
from fhir.validation.reference import reference, target

UUID = "c757873d-ec9a-4326-a141-556f43239520"


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("Patient/1", "Patient"),
        ("Patient/1/_history/2", "Patient"),
        ("Patient?identifier=a|1", "Patient"),
        ("http://a/fhir/Patient/1", "Patient"),
        ("https://a.example:8443/x/y/Patient/1/_history/2", "Patient"),
        ("#in", "Organization"),
        ("#", None),
        (f"urn:uuid:{UUID}", None),
        ("urn:oid:1.2.3", None),
        ("http://a/fhir/Person2/1", None),
        ("mailto:a@example.org", None),
    ],
)
def test_where_a_literal_reference_leads(text: str, type: str | None) -> None:
    assert target(text, {"in": "Organization"}) == (type, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "Patient",
        "Patient/",
        "patient/1",
        "Patient?",
        "Person2?a=b",
        "Patient/1/",
        "#out",
        "urn:uuid:1",
        "a b",
        "../Patient/1",
    ],
)
def test_malformed_references(text: str) -> None:
    assert target(text, {"in": "Organization"})[1]


def test_a_fault_of_the_elements_comes_first() -> None:
    def whole(value: Any, parent: Mapping[str, Any], contained: Mapping[str, str]) -> Findings:
        return fault("structure", "from the elements")

    found = reference(whole, frozenset({"Group"}))({"reference": "Patient/1"}, {}, {})
    assert found == fault("structure", "from the elements")


def test_the_allowed_types_are_named() -> None:
    check = reference(lambda *_: None, frozenset({"Patient", "Group"}))
    found = check({"reference": "Device/1"}, {}, {})
    assert found is not None
    assert "only to Group, Patient" in found[0].text
    assert found[0].path == ".reference"
