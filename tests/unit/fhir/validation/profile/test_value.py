from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as given_values
from hypothesis import strategies as st

from fhir.validation.profile.value import exceeds, given, matches, same

JSON = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)


def test_what_a_definition_gives() -> None:
    definition = {"fixedCode": "a", "patternString": "b", "minValueDate": "2024", "min": 1}
    assert given(definition, "fixed") == "a"
    assert given(definition, "pattern") == "b"
    assert given(definition, "minValue") == "2024"
    assert given(definition, "maxValue") is None
    assert given({"fixedBoolean": False}, "fixed") is False


@given_values(JSON)
def test_everything_is_the_same_as_itself_and_matches_itself(value: Any) -> None:
    assert same(value, value)
    assert matches(value, value)


@given_values(JSON, JSON)
def test_what_is_the_same_matches(value: Any, other: Any) -> None:
    assert not same(value, other) or matches(value, other)


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ({"a": 1, "b": 2}, {"a": 1}),
        ({"c": [{"x": 1, "y": 2}, {"x": 2}]}, {"c": [{"x": 2}, {"x": 1}]}),
        (Decimal("1.0"), 1),
        ([1, 2], [2]),
    ],
)
def test_at_least_the_pattern(value: Any, pattern: Any) -> None:
    assert matches(value, pattern)


@pytest.mark.parametrize(
    ("value", "pattern"),
    [({"a": 1}, {"a": 1, "b": 2}), ([1], [1, 2]), (True, 1), (1, True), ("1", 1), (None, "a")],
)
def test_less_than_the_pattern(value: Any, pattern: Any) -> None:
    assert not matches(value, pattern)
    assert not same(value, pattern)


@pytest.mark.parametrize(
    ("first", "second", "greater"),
    [
        (2, 1, True),
        (1, Decimal("1.5"), False),
        ("2024-02", "2024-01-31", True),
        ("2024", "2024-01", False),
        ("10:00:00", "09:59:59", True),
        ({"value": 2, "code": "g"}, {"value": 1, "code": "g"}, True),
        ({"value": 2, "code": "g"}, {"value": 1, "code": "kg"}, False),
        (True, False, False),
        ("b", "a", False),
        (None, 1, False),
    ],
)
def test_what_is_greater_or_later(first: Any, second: Any, greater: bool) -> None:
    assert exceeds(first, second) is greater
