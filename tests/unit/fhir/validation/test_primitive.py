from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.definitions.structures import primitive_types
from fhir.resource import Literal
from fhir.validation.primitive import TESTS

ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())


def code(type: str, value: Any) -> str | None:
    found = TESTS[type](value)
    return found[0].code if found else None


def test_every_primitive_type_has_a_test() -> None:
    assert TESTS.keys() == primitive_types


@given(st.sampled_from(sorted(TESTS)), ANYTHING | st.dictionaries(st.text(), st.text()))
def test_any_json_gets_an_answer_that_does_not_repeat_it(type: str, value: Any) -> None:
    for one in TESTS[type](value) or []:
        assert one.code in ("structure", "value", "invariant")
        assert len(str(value)) < 30 or str(value) not in one.text


@pytest.mark.parametrize("value", [Decimal("120.50"), Decimal("-0.0"), 7, 0, Literal("1e-7")])
def test_decimals(value: Any) -> None:
    assert code("decimal", value) is None


@pytest.mark.parametrize("value", [1.5, "1.5", True, None])
def test_no_decimals(value: Any) -> None:
    assert code("decimal", value) == "structure"


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e999999"), Literal("1e-999999"), 10**500]
)
def test_decimals_that_nobody_can_use(value: Any) -> None:
    assert code("decimal", value) == "value"


@pytest.mark.parametrize("type", ["integer", "positiveInt", "unsignedInt"])
def test_integers_are_no_booleans_or_decimals(type: str) -> None:
    assert code(type, True) == "structure"
    assert code(type, Decimal(1)) == "structure"
    assert code(type, 2**31 - 1) is None
    assert code(type, 2**31) == "value"


def test_the_least_of_each_integer_type() -> None:
    least = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
    for type, number in least.items():
        assert code(type, number) is None
        assert code(type, number - 1) == "value"


def test_strings_hold_a_megabyte() -> None:
    assert code("string", "中" * 1024 * 1024) is None
    assert code("string", "a" * (1024 * 1024 + 1)) == "value"


def test_base64_may_be_longer() -> None:
    assert code("base64Binary", "QUJD" * 400_000) is None


@given(st.binary(min_size=1))
def test_all_base64(data: bytes) -> None:
    from base64 import b64encode

    assert code("base64Binary", b64encode(data).decode()) is None


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_strings_of_any_script(text: str) -> None:
    assert code("string", text) == ("value" if text.isspace() else None)


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert code("string", "a\ud800") == "value"
    assert code("string", "\U00020bb7") is None
    assert code("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml">\ud800</div>') == "invariant"
