"""An Identifier as CX."""

import pytest

from adapters.fhir_to_v2.cx import Authority, cx, kind


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("urn:oid:1.2.3", Authority("H", "1.2.3", "ISO")),
        ("urn:uuid:6f1c", Authority("H", "6f1c", "UUID")),
        ("https://h.htest.example/mrn", Authority("H", "https://h.htest.example/mrn", "URI")),
    ],
)
def test_a_uri_as_an_authority(uri: str, expected: Authority) -> None:
    assert Authority.of_uri(uri, "H") == expected


def test_the_type_where_it_is_one_of_the_table() -> None:
    coded = {"value": "1", "type": {"coding": [{"system": "urn:x", "code": "Z"}]}}
    assert kind(coded) == ""
    coded["type"]["coding"].append({"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"})  # type: ignore[index]
    assert cx(coded, Authority("H")) == ("1", "", "", ("H", "", ""), "MR")
