import csv
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.search.types.ucum import LONGEST, unit
from fhir.search.types.ucum_table import table


def canonical(value: str, code: str) -> tuple[float, str]:
    found = unit(code)
    assert found is not None, code
    return found.canonical(Decimal(value)), found.dimension


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("5", "g"), ("5000", "mg")),
        (("0.3", "mg"), ("300", "ug")),
        (("6.1", "mmol/L"), ("0.0061", "mol/L")),
        (("1", "mmol/l"), ("1", "mmol/L")),
        (("120", "mm[Hg]"), ("12", "cm[Hg]")),
        (("60", "/min"), ("1", "/s")),
        (("1", "[IU]/mL"), ("1000", "[iU]/L")),
        (("5", "10*9/L"), ("5000", "/uL")),
        (("5", "10^9/L"), ("5", "10*9/L")),
        (("2.54", "cm"), ("1", "[in_i]")),
        (("37", "Cel"), ("98.6", "[degF]")),
        (("0", "Cel"), ("273.15", "K")),
        (("1", "mL/min/{1.73_m2}"), ("1", "mL/min")),
        (("1", "meq/L"), ("1", "mmol/L")),
        (("1", "kg.m/s2"), ("1", "N")),
        (("1", "m/(s.s)"), ("1", "m/s2")),
        (("1", "(m/s)/s"), ("1", "m.s-2")),
        (("1", "/(m.m)"), ("1", "m-2")),
        (("1", "1/d"), ("1", "/(24.h)")),
        (("1", "U/L"), ("1", "umol/min/L")),
        (("100", "%"), ("1", "1")),
        (("1", "{cells}"), ("1", "1")),
        (("1", "dar"), ("0.1", "ar")),
        (("10", "dB"), ("1", "B")),
    ],
)
def test_one_amount_in_two_units(one: tuple[str, str], other: tuple[str, str]) -> None:
    """Checklist line 85."""
    assert canonical(*one) == canonical(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[iU]/L", "/L"),
        ("[iU]", "[arb'U]"),
        ("[pH]", "1"),
        ("B", "Np"),
        ("[CFU]", "[PFU]"),
        ("g", "m"),
        ("[hp_C]", "[hp_X]"),
        ("[iU]", "[iU]2"),
    ],
)
def test_units_of_different_kinds_do_not_compare(one: str, other: str) -> None:
    assert canonical("1", one)[1] != canonical("1", other)[1]


@pytest.mark.parametrize(
    "code",
    [
        "", "mmHg", "gram", "毫克", "m/", "m..s", "(m", "m)", "()", "m^2", "m s", "Cel/min", "Cel2", "m999",
        "10*999", "{open", "[in_i", "m.-s", ".", "k", "mm{a}b", "0", "mmin",
        "m" * (LONGEST + 1), "(" * 90 + "m",
    ],
)  # fmt: skip
def test_what_is_no_unit(code: str) -> None:
    assert unit(code) is None


def test_powers_cannot_grow_beyond_measure() -> None:
    assert unit("10*60") is not None
    assert unit("10*61") is None
    assert unit("km60.km60.km60.km60.km60.km60") is None


def test_the_official_examples_are_units() -> None:
    spec = find_spec("ucumvert")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "vendor" / "ucum_examples.tsv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    codes = [row["UCUM_CODE"] for row in rows]
    assert len(codes) > 800
    assert [code for code in codes if unit(code) is None] == ["Torr"], "which is in no table of UCUM"


def test_every_unit_of_the_tables_has_a_value() -> None:
    assert len(table().atoms) > 300
    assert [code for code in table().atoms if unit(code) is None] == []


CODES = st.sampled_from(
    ["g", "mg", "m", "s", "L", "mol", "[iU]", "10*3", "mm[Hg]", "min", "%", "[in_i]", "{x}"]
)


@given(CODES, CODES)
def test_products_commute_and_quotients_undo_them(one: str, other: str) -> None:
    assert unit(f"{one}.{other}") == unit(f"{other}.{one}")
    there, back = unit(f"{one}.{other}/{other}"), unit(one)
    assert there == back
    assert unit(f"({one}.{other}).({other}.{one})") == unit(f"{one}.{one}.{other}.{other}")
    assert unit(f"/{one}") == unit(f"1/{one}")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=4), CODES)
def test_a_prefix_moves_the_point(value: Decimal, code: str) -> None:
    known = table().atoms.get(code)
    if known is not None and known.metric:
        assert canonical(str(value * 1000), f"m{code}") == canonical(str(value), code)


@given(st.text(alphabet="mgLs10*./(){}[]iU^-+ü", max_size=30))
def test_any_text_is_a_unit_or_none(code: str) -> None:
    found = unit(code)
    assert found is None or found.factor > 0
