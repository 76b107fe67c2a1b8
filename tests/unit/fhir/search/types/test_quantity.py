from decimal import Decimal
from typing import Any

import pytest

from fhir.search.condition import Matches
from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import quantity

UCUM = "http://unitsofmeasure.org"
INFINITE = float("inf")


def measured(type: str, value: Any) -> list[dict[str, Any]]:
    measure = quantity.measures(type)
    assert measure is not None
    return measure(value)


def test_a_value_leaves_its_number_as_written_and_in_base_units() -> None:
    value = {"value": Decimal("6.10"), "unit": "mmol/l", "system": UCUM, "code": "g/L"}
    assert measured("Quantity", value) == [
        {"p": "", "s": 6.1, "u": "mmol/l", "y": UCUM, "c": "g/L"},
        {"p": "|g1m-3", "s": 6100.0},
    ]


def test_without_a_unit_of_ucum_it_stands_as_written_only() -> None:
    assert measured("Quantity", {"value": 5}) == [{"p": "", "s": 5.0}]
    assert measured("Quantity", {"value": 5, "system": UCUM, "code": "spoon"}) == [
        {"p": "", "s": 5.0, "y": UCUM, "c": "spoon"}
    ]
    assert measured("Quantity", {"value": 5, "code": "g"}) == [{"p": "", "s": 5.0, "c": "g"}]


@pytest.mark.parametrize(
    ("comparator", "start", "end"),
    [
        ("<", -INFINITE, 4.999999999999999),
        ("<=", -INFINITE, 5.0),
        (">=", 5.0, INFINITE),
        (">", 5.000000000000001, INFINITE),
    ],
)
def test_a_comparator_makes_a_span(comparator: str, start: float, end: float) -> None:
    assert measured("Quantity", {"value": 5, "comparator": comparator}) == [{"p": "~", "s": start, "e": end}]


def test_a_range_is_a_span_in_each_form() -> None:
    low, high = ({"value": each, "system": UCUM, "code": code} for each, code in ((1, "g"), (3000, "mg")))
    assert measured("Range", {"low": low, "high": high})[1] == {"p": "|g1~", "s": 1.0, "e": 3.0}
    other = {"value": 1, "system": UCUM, "code": "m"}
    assert [each["p"] for each in measured("Range", {"low": low, "high": other})] == ["~"], "no common unit"
    assert measured("Range", {"low": {"value": 2}}) == [{"p": "~", "s": 2.0, "e": INFINITE}]


def test_money_is_of_a_currency() -> None:
    assert measured("Money", {"value": 5, "currency": "CNY"}) == [
        {"p": "", "s": 5.0, "y": "urn:iso:std:iso:4217", "c": "CNY"}
    ]


def test_samples_are_found_by_their_bounds() -> None:
    series = {"origin": {"value": 10}, "factor": 2, "lowerLimit": -5, "data": "1 2 E L 3 x"}
    assert measured("SampledData", series) == [{"p": "~", "s": 0.0, "e": 16.0}]
    assert measured("SampledData", {"origin": {"value": 1}, "data": "E E"}) == []


@pytest.mark.parametrize(
    "odd", [None, 1, "x", [], {}, {"value": "5"}, {"value": None}, {"value": True}, {"low": []}]
)
def test_odd_shapes_leave_nothing(odd: Any) -> None:
    for type in ("Quantity", "Range", "SampledData", "Money"):
        assert measured(type, odd) == []


def test_other_types_are_no_quantities() -> None:
    assert quantity.measures("Ratio") is None
    parameter = parameters("Observation")["value-quantity"]
    assert all(quantity.emitter(parameter, place) for place in parameter.locations)


def test_a_query_in_a_unit_of_ucum_is_one_range_of_base_units() -> None:
    condition = quantity.condition(parameters("Observation")["value-quantity"], "", [f"gt5|{UCUM}|mg"])
    assert isinstance(condition, Matches)
    key = "Observation.value-quantity|g1"
    assert condition.filters == (
        {"values": {"$elemMatch": {"p": key, "s": {"$gt": 0.005}}}},
        {"values": {"$elemMatch": {"p": key + "~", "e": {"$gt": 0.005}}}},
    )


def test_a_union_is_asked_under_both_keys() -> None:
    condition = quantity.condition(parameters("Observation")["combo-value-quantity"], "", ["gt5"])
    assert isinstance(condition, Matches)
    found = {each["values"]["$elemMatch"]["p"].rstrip("~") for each in condition.filters}
    assert found == {"Observation.value-quantity", "Observation.component-value-quantity"}


def test_entries_carry_the_key() -> None:
    entries = Entries(str)
    parameter = parameters("Observation")["value-quantity"]
    emit = quantity.emitter(parameter, parameter.locations[0])
    assert emit is not None
    emit({"value": 1}, entries)
    assert entries.values == [{"p": "Observation.value-quantity", "s": 1.0}]
