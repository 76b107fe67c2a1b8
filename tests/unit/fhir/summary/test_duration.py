"""A length of time in words of two languages."""

from decimal import Decimal
from typing import Any

import pytest

from fhir.summary.duration import duration, length, time_unit

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("quantity", "chinese", "english"),
    [
        ({"value": 7, "unit": "天", "system": UCUM, "code": "d"}, "7天", "7 days"),
        ({"value": 1, "code": "wk"}, "1周", "1 week"),
        ({"value": Decimal("1.5"), "unit": "小时"}, "1.5小时", "1.5 hours"),
        ({"value": 2, "unit": "months"}, "2个月", "2 months"),
    ],
)
def test_is_said_in_both_languages(quantity: dict[str, Any], chinese: str, english: str) -> None:
    said = duration(quantity)
    assert said
    assert (said, said.english) == (chinese, english)


@pytest.mark.parametrize(
    "quantity",
    [
        None,
        {},
        {"value": 7},
        {"unit": "d"},
        {"value": 7, "unit": "疗程"},
        {"value": 7, "unit": "工作日", "code": "d"},
        {"value": 7, "unit": "周", "code": "d"},
        {"value": 7, "code": "d", "system": "http://htest/units"},
        {"value": 7, "code": "d", "comparator": "<"},
    ],
)
def test_what_is_not_plain_is_none(quantity: dict[str, Any] | None) -> None:
    assert duration(quantity) is None


def test_a_minute_is_no_month() -> None:
    assert (time_unit({"unit": "min"}), time_unit({"unit": "mo"})) == ("min", "mo")


def test_between_two() -> None:
    said = length("d", Decimal(5), Decimal(7))
    assert (said, said.english) == ("5–7天", "5 to 7 days")
