import operator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Refusal
from fhir.search.types import number
from fhir.search.types.number import Asked, asked, compared, exact, rounded, span, spans

COMPARE = {"$gt": operator.gt, "$gte": operator.ge, "$lt": operator.lt, "$lte": operator.le}


def holds(bounds: dict[str, Any], entry: dict[str, Any]) -> bool:
    """What MongoDB's $elemMatch says of one entry."""
    for name, limits in bounds.items():
        if not isinstance(limits, dict):
            if entry.get(name) != limits:
                return False
        elif not all(name in entry and COMPARE[sign](entry[name], value) for sign, value in limits.items()):
            return False
    return True


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("100", "99.5", "100.5"),
        ("100.00", "99.995", "100.005"),
        ("1e2", "95", "105"),
        ("1.0e2", "95", "105"),
        ("1.00e2", "99.5", "100.5"),
        ("-100", "-100.5", "-99.5"),
        ("0", "-0.5", "0.5"),
        ("5.40e-3", "0.005395", "0.005405"),
        ("ap100", "90", "110"),
        ("ap1", "0.5", "1.5"),
    ],
)
def test_the_precision_is_that_of_the_text(text: str, low: str, high: str) -> None:
    """Checklist line 84."""
    found = asked("x", text)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.", ".1", "1e", "1e1000", "0x1", "1,0", "１", "eq", "GT1", "1 0", "--1", "9" * 101, "inf"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        asked("x", text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.50"), Decimal("1.5")),
        (3, 3),
        (1.5, Decimal("1.5")),
        (True, None),
        ("1", None),
        (None, None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (Decimal("1e-999999"), 0),
        (Decimal("0e999999"), 0),
    ],
)
def test_numbers_of_resources(value: Any, expected: Any) -> None:
    assert exact(value) == expected


def test_what_is_beyond_a_double_is_infinite() -> None:
    assert rounded(exact(Decimal("1e999999999"))) == float("inf")  # type: ignore[arg-type]
    assert rounded(exact(Decimal("-1e999999999"))) == float("-inf")  # type: ignore[arg-type]
    assert rounded(10**400) == float("inf")


def test_entries_are_points_and_spans() -> None:
    assert spans(5) == [{"p": "", "s": 5.0}]
    assert spans({"low": {"value": 1}, "high": {"value": 2}}) == [{"p": "~", "s": 1.0, "e": 2.0}]
    assert spans({"low": {"value": 1}}) == [{"p": "~", "s": 1.0, "e": float("inf")}]
    assert spans({}) == spans({"low": 3}) == spans("x") == spans(None) == []


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=3)


@given(DECIMALS, DECIMALS, st.sampled_from(["0.5", "0.05", "0.0005"]))
def test_points_are_found_where_the_prefix_says_so(value: Decimal, wanted: Decimal, half: str) -> None:
    """Each prefix on an exact number, whatever doubles make of it."""
    low, high = wanted - Decimal(half), wanted + Decimal(half)
    means = {
        "eq": low <= value < high,
        "ne": not low <= value < high,
        "gt": value > wanted,
        "ge": value >= wanted,
        "lt": value < wanted,
        "le": value <= wanted,
        "sa": value > wanted,
        "eb": value < wanted,
        "ap": low <= value <= high,
    }
    for prefix, expected in means.items():
        alternatives = compared("k", Asked(prefix, low, wanted, high))
        assert any(holds(each, {"p": "k", "s": float(value)}) for each in alternatives) is expected, prefix


@given(DECIMALS, st.decimals(min_value=0, max_value=100, places=2), DECIMALS)
def test_spans_are_found_where_the_prefix_says_so(start: Decimal, length: Decimal, wanted: Decimal) -> None:
    end, low, high = start + length, wanted - 5, wanted + 5
    means = {
        "eq": low <= start and end < high,
        "ne": not (low <= start and end < high),
        "gt": end > wanted,
        "ge": end >= wanted,
        "lt": start < wanted,
        "le": start <= wanted,
        "sa": start > wanted,
        "eb": end < wanted,
        "ap": start <= high and end >= low,
    }
    entry = span("k", float(start), float(end))
    for prefix, expected in means.items():
        alternatives = compared("k", Asked(prefix, low, wanted, high))
        assert any(holds(each, entry) for each in alternatives) is expected, prefix


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_equal_to_itself(value: Decimal) -> None:
    """Also where its digits are more than a double has."""
    text = f"{value:f}"
    if len(text) <= number.LONGEST and abs(value.adjusted()) < 300:
        entry = {"p": "k", "s": float(Decimal(text))}
        assert any(holds(each, entry) for each in compared("k", asked("x", text)))
