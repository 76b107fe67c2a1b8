"""adapters.v2_to_fhir.datatypes.varies: OBX-5 by the datatype in OBX-2."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.v2_to_fhir.datatypes import varies
from tests.unit.adapters.v2_to_fhir.given import context, field


@pytest.mark.parametrize(
    ("type_", "raw", "found"),
    [
        ("NM", "5.20", [("Quantity", {"value": Decimal("5.20"), "unit": "u"})]),
        ("NM", "<5", [("Quantity", {"value": Decimal(5), "comparator": "<", "unit": "u"})]),
        ("NM", "1,024", [("Quantity", {"value": Decimal(1024), "unit": "u"})]),
        ("NM", "＞１．０", [("Quantity", {"value": Decimal("1.0"), "comparator": ">", "unit": "u"})]),
        ("NM", "1,5", [("String", "1,5 u")]),
        ("NM", "1,5 u", [("String", "1,5 u")]),
        ("NM", "阴性", [("String", "阴性")]),
        ("ST", "10^9", [("String", "10^9 u")]),
        ("ST", ">1000", [("String", ">1000 u")]),
        ("ST", "阴性", [("String", "阴性")]),
        ("ST", "第1天" * 14, [("String", "第1天" * 14)]),
        ("", "5", [("Quantity", {"value": Decimal(5), "unit": "u"})]),
        ("", "阳性", [("String", "阳性")]),
        ("TX", "a~b", [("String", "a\nb")]),
        ("FT", "a\\.br\\b", [("String", "a\nb")]),
        ("SN", "^5", [("Quantity", {"value": Decimal(5), "unit": "u"})]),
        ("SN", "5", [("String", "5 u")]),
        ("NR", "^2", [("Range", {"high": {"value": Decimal(2), "unit": "u"}})]),
        ("NR", "x", [("String", "x")]),
        ("CWE", "^阳性", [("CodeableConcept", {"text": "阳性"})]),
        ("DT", "20260105", [("DateTime", "2026-01-05")]),
        ("DT", "20260230", [("String", "20260230")]),
        ("TM", "1030", [("Time", "10:30:00")]),
        ("DR", "20260105^20260106", [("Period", {"start": "2026-01-05", "end": "2026-01-06"})]),
        ("RP", "a^b", [("String", "a^b")]),
        ("ST~NM", "1~2", [("String", "1\n2")]),
        ("NM", "", []),
    ],
)
def test_values(type_: str, raw: str, found: Any) -> None:
    assert varies.values(field(raw), type_, {"unit": "u"}, context()) == found


def test_repeated_numbers_stay_apart() -> None:
    found = varies.values(field("1~2"), "NM", {}, context())
    assert found == [("Quantity", {"value": Decimal(1)}), ("Quantity", {"value": Decimal(2)})]
