"""adapters.v2_to_fhir.datatypes.hd: assigning authorities as systems."""

import pytest

from adapters.v2_to_fhir.datatypes import hd
from adapters.v2_to_fhir.source import Source
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("universal", "type_", "uri"),
    [
        ("2.16.156.10011", "ISO", "urn:oid:2.16.156.10011"),
        ("3.16.156", "ISO", ""),
        ("426D2726-51FC-89FE-A946-8596E80A80EB", "GUID", "urn:uuid:426d2726-51fc-89fe-a946-8596e80a80eb"),
        ("http://a.example/x", "URI", "http://a.example/x"),
        ("a.example", "DNS", "http://a.example"),
        ("a.example", "", ""),
        ("", "ISO", ""),
    ],
)
def test_universal_ids(universal: str, type_: str, uri: str) -> None:
    assert hd.universal_uri(universal, type_) == uri


def test_a_registered_name_has_its_uri() -> None:
    source = Source("HX", "Organization/hx", authorities={"HIS": "urn:oid:1.2"})
    assert hd.uri(("HIS", "", ""), context(source=source)) == "urn:oid:1.2"
    assert hd.uri(("HIS", "", ""), context()) == ""


def test_parts_of_a_component_and_of_a_field() -> None:
    assert hd.parts(repetition("A^1.2^ISO")) == ("A", "1.2", "ISO")
    assert hd.parts(repetition("^^^A&1.2&ISO")[4]) == ("A", "1.2", "ISO")
    assert hd.parts(repetition("")) == ("", "", "")
