"""How much at once, how fast, and how much at most."""

from typing import Any

import pytest

from fhir.summary.amount import amounts, limits

HOUR, DAY = {"value": 1, "unit": "h"}, {"value": 1, "unit": "d"}


def of(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("rate", "chinese", "english"),
    [
        ({"doseQuantity": of(2, "片")}, "2 片", "2 tablets"),
        ({"doseQuantity": of(1, "支")}, "1 支", "1 支"),
        ({"doseRange": {"low": of(0.5, "片"), "high": of(1, "片")}}, "0.5–1 片", "0.5 to 1 tablet"),
        ({"doseRange": {"low": of(5, "mg"), "high": of(10, "mg")}}, "5–10 mg", "5 to 10 mg"),
        ({"rateQuantity": of(50, "mL/h")}, "速度 50 mL/h", "at 50 mL/h"),
        ({"rateRange": {"low": of(2, "L/min"), "high": of(3, "L/min")}}, "速度 2–3 L/min", "at 2 to 3 L/min"),
        ({"rateQuantity": of(20, "滴/分")}, "速度 20 滴/分", "速度 20 滴/分"),
        ({"rateRatio": {"numerator": of(500, "mL"), "denominator": of(8, "h")}},
         "速度 每8小时 500 mL", "at 500 mL per 8 hours"),
        ({"rateRatio": {"numerator": of(50, "mL"), "denominator": HOUR}},
         "速度 每小时 50 mL", "at 50 mL per hour"),
    ],
)  # fmt: skip
def test_a_dose_or_rate_is_said_in_both_languages(rate: dict[str, Any], chinese: str, english: str) -> None:
    (said,) = amounts({"doseAndRate": [rate]})
    assert said
    assert (said, said.english) == (chinese, english)


@pytest.mark.parametrize(
    "rate",
    [
        {"doseRange": {"low": of(1, "片")}},
        {"doseRange": {"high": of(2, "片")}},
        {"doseRange": {"low": of(1, "片"), "high": of(2, "粒")}},
        {"doseRange": {"low": of(2, "片"), "high": of(1, "片")}},
        {"doseRange": {"low": of(1, "片"), "high": of(2, "片") | {"comparator": "<"}}},
        {"rateQuantity": {"value": 50}},
        {"rateRatio": {"numerator": of(50, "mL"), "denominator": of(1, "袋")}},
        {"rateRatio": {"numerator": of(50, "mL"), "denominator": of(0, "h")}},
        {"doseQuantity": {"unit": "片"}},
        {"extension": [{"url": "http://htest/x", "valueString": "x"}]},
    ],
)
def test_what_is_not_plain_is_left_to_be_marked(rate: dict[str, Any]) -> None:
    assert amounts({"doseAndRate": [rate]}) == [None]


def test_two_doses_are_not_both_said() -> None:
    ordered, calculated = ({"type": {"text": each}, "doseQuantity": of(1, "g")} for each in ("a", "b"))
    assert amounts({"doseAndRate": [ordered]}) == ["1 g"]
    assert amounts({"doseAndRate": [ordered, calculated]}) == ["1 g", None]


@pytest.mark.parametrize(
    ("instruction", "chinese", "english"),
    [
        ({"maxDosePerPeriod": {"numerator": of(4, "g"), "denominator": of(24, "h")}},
         "每24小时最多 4 g", "at most 4 g per 24 hours"),
        ({"maxDosePerPeriod": {"numerator": of(8, "片"), "denominator": DAY}},
         "每天最多 8 片", "at most 8 tablets per day"),
        ({"maxDosePerAdministration": of(2, "片")}, "每次最多 2 片", "at most 2 tablets at a time"),
        ({"maxDosePerLifetime": of(450, "mg")}, "一生最多 450 mg", "at most 450 mg in a lifetime"),
        ({"maxDosePerAdministration": of(2, "支")}, "每次最多 2 支", "每次最多 2 支"),
    ],
)  # fmt: skip
def test_the_most_is_said_in_both_languages(instruction: dict[str, Any], chinese: str, english: str) -> None:
    (said,) = limits(instruction)
    assert said
    assert (said, said.english) == (chinese, english)


@pytest.mark.parametrize(
    "instruction",
    [
        {"maxDosePerPeriod": {"numerator": {"value": 4}, "denominator": DAY}},
        {"maxDosePerPeriod": {"numerator": of(4, "g")}},
        {"maxDosePerPeriod": [{"numerator": of(4, "g"), "denominator": DAY}]},
        {"maxDosePerLifetime": {"value": 4}},
    ],
)
def test_a_most_that_is_not_plain_is_left_to_be_marked(instruction: dict[str, Any]) -> None:
    assert limits(instruction) == [None]
