"""adapters.v2_to_fhir.datatypes.nm: numbers to their last digit."""

from decimal import Decimal
from typing import Any

import pytest

from adapters.v2_to_fhir.datatypes import nm
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120.50", "120.50"),
        ("+5", "5"),
        ("-0.5", "-0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        (" 1 ", "1"),
        ("1,024", "1024"),
        ("-12,345,678.90", "-12345678.90"),
        ("1.2E5", "120000"),
        ("1e5", "100000"),
        ("1.20e-3", "0.00120"),
        ("１．０２０", "1.020"),
        ("－１，０２４", "-1024"),
    ],
)
def test_decimal(text: str, number: str) -> None:
    assert str(nm.decimal(text)) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1,5",
        "0,500",
        "1,0245",
        "1024,000",
        "1,,024",
        "1e99",
        "1e",
        "10²",
        "--1",
        "NaN",
        "阴性",
        "1 2",
    ],
)
def test_no_decimal(text: str) -> None:
    assert nm.decimal(text) is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [("<0.01", "<"), ("≥0.01", ">="), ("＞0.01", ">"), ("<= 0.01", "<="), ("0.01", None)],
)
def test_compared(text: str, sign: str | None) -> None:
    found = nm.compared(text)
    assert found is not None
    assert (found["value"], found.get("comparator")) == (Decimal("0.01"), sign)


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        ("mmol/L", {"unit": "mmol/L", "system": nm.UCUM, "code": "mmol/L"}),
        ("μmol/L", {"unit": "μmol/L", "system": nm.UCUM, "code": "umol/L"}),
        ("10^9/L", {"unit": "10^9/L", "system": nm.UCUM, "code": "10*9/L"}),
        ("×10⁹/L", {"unit": "×10⁹/L", "system": nm.UCUM, "code": "10*9/L"}),
        ("x10⁹/L", {"unit": "x10⁹/L", "system": nm.UCUM, "code": "10*9/L"}),
        ("x10^9/L", {"unit": "10^9/L", "system": nm.UCUM, "code": "10*9/L"}),
        ("*10\\S\\12/L", {"unit": "*10^12/L", "system": nm.UCUM, "code": "10*12/L"}),
        ("×10¹²/L", {"unit": "×10¹²/L", "system": nm.UCUM, "code": "10*12/L"}),
        ("10\\S\\9/L", {"unit": "10^9/L", "system": nm.UCUM, "code": "10*9/L"}),
        ("mm[Hg]^毫米汞柱^UCUM", {"unit": "毫米汞柱", "system": nm.UCUM, "code": "mm[Hg]"}),
        ("U1^mg/L^L", {"unit": "mg/L", "system": nm.UCUM, "code": "mg/L"}),
        ("COI", {"unit": "COI"}),
        ("", {}),
    ],
)
def test_unit(raw: str, unit: dict[str, str]) -> None:
    assert nm.unit(repetition(raw), context()) == unit


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (">^100", ("Quantity", {"value": Decimal(100), "comparator": ">"})),
        ("^100", ("Quantity", {"value": Decimal(100)})),
        ("=^100", ("Quantity", {"value": Decimal(100)})),
        ("^1^:^128", ("Ratio", {"numerator": {"value": Decimal(1)}, "denominator": {"value": Decimal(128)}})),
        ("^1^/^2", ("Ratio", {"numerator": {"value": Decimal(1)}, "denominator": {"value": Decimal(2)}})),
        ("^3^-^5", ("Range", {"low": {"value": Decimal(3)}, "high": {"value": Decimal(5)}})),
        ("^2^+", ("String", "2 +")),
        ("<>^2", ("String", "<> 2")),
        ("^x", ("String", "x")),
        ("^", None),
    ],
)
def test_structured(raw: str, found: Any) -> None:
    assert nm.structured(repetition(raw), {}) == found


def test_whole_numbers() -> None:
    where = context()
    assert nm.integer(repetition("2"), where) == 2
    assert nm.integer(repetition("2.5"), where) is None
    assert nm.positive(repetition("0"), where) is None
    assert nm.number(repetition("2.50"), where) == Decimal("2.50")
    assert nm.number(repetition("x"), where) is None


def test_a_composite_quantity() -> None:
    assert nm.quantity(repetition("5^mL&毫升"), context()) == {
        "value": Decimal(5),
        "unit": "mL",
        "system": nm.UCUM,
        "code": "mL",
    }
    assert nm.quantity(repetition("x^mL"), context()) is None
