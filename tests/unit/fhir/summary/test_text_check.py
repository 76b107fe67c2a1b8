"""A text of a dosage beside its structure: what differs is marked, what is not told is marked or told."""

from typing import Any

import pytest

from fhir.summary.dosage import dosage_text
from fhir.summary.text_check import bare, holds_dose, phrases, says

DIFFERS, MORE = "◆文字和数据说法不一，见原处方", "◆用法还有别的说明，见原处方"
WEEKLY = {"frequency": 1, "period": 1, "periodUnit": "wk"}
DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


def told(text: str, dose: Any = None, repeat: Any = None, **more: Any) -> str:
    structure: dict[str, Any] = {"text": text} | more
    if dose:
        structure["doseAndRate"] = [dose]
    if repeat:
        structure["timing"] = {"repeat": repeat}
    return dosage_text(structure)


def of(value: float, unit: str) -> dict[str, Any]:
    return {"doseQuantity": {"value": value, "unit": unit}}


def between(low: float, high: float, unit: str) -> dict[str, Any]:
    return {"doseRange": {"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}}


@pytest.mark.parametrize(
    ("text", "dose", "repeat"),
    [
        ("每次5片，每日1次", between(1, 2, "片"), None),
        ("1/2片 每日一次", of(2, "片"), None),
        ("每次1/4片", of(4, "片"), None),
        ("每次0．5mg", of(5, "mg"), None),
        ("Take 100 mcg daily", of(100, "mg"), DAILY),
        ("每次100μg 每日1次", of(100, "mg"), DAILY),
        ("Inject 10 units", of(10, "mL"), None),
        ("Take 2,500 mg", of(500, "mg"), None),
        ("Take 4 tablets weekly", of(4, "片"), DAILY),
        ("4 tablets every Monday", of(4, "tablet"), DAILY),
        ("4 tablets daily", of(4, "tablet"), WEEKLY),
        ("每周4片", of(4, "片"), DAILY),
        ("4片，每周1次口服", of(4, "片"), DAILY),
    ],
)
def test_a_text_that_says_otherwise_is_marked(text: str, dose: Any, repeat: Any) -> None:
    said = told(text, dose, repeat)
    assert text in said
    assert said.endswith(DIFFERS)


@pytest.mark.parametrize(
    ("text", "dose", "repeat", "shown"),
    [
        ("每次1-2片", between(1, 2, "片"), None, "每次1-2片"),
        ("口服", between(1, 2, "片"), None, "1–2 片 口服"),
        ("饭前30分钟口服", of(30, "mg"), None, "30 mg 饭前30分钟口服"),
        ("溶于100ml盐水静滴", of(100, "mg"), None, "100 mg 溶于100ml盐水静滴"),
        ("维生素B2 口服", of(2, "片"), None, "2 片 维生素B2 口服"),
        ("Take 1,000 mg", of(1000, "mg"), None, "Take 1,000 mg"),
        ("每次0.5g", of(500, "mg"), None, "每次0.5g"),
        ("每日2次，服用2周", of(1, "片"), DAILY | {"frequency": 2}, "1 片 每日2次，服用2周"),
        ("4片，每周1次", of(4, "片"), WEEKLY, "4片，每周1次"),
        ("每次1片，每日1次，饭后", of(1, "片"), DAILY | {"when": ["PC"]}, "每次1片，每日1次，饭后"),
    ],
)
def test_a_text_that_says_the_same_or_less_is_not_marked(
    text: str, dose: Any, repeat: Any, shown: str
) -> None:
    assert told(text, dose, repeat) == shown


@pytest.mark.parametrize(
    ("text", "dose", "more"),
    [
        ("4片 每日1次", of(4, "片"), {"timing": {"repeat": DAILY | {"dayOfWeek": ["mon"]}}}),
        ("口服", of(10, "mg"), {"timing": {"repeat": WEEKLY}}),
        ("每日1次", of(1, "片"), {"timing": {"repeat": DAILY | {"when": ["HS"]}}}),
        ("静脉滴注 500ml", {"rateQuantity": {"value": 30, "unit": "mL/h"}}, {}),
        ("1片 必要时", of(1, "片"), {"maxDosePerPeriod": {"numerator": {"value": 4, "unit": "片"}}}),
        ("1片", of(1, "片"), {"modifierExtension": [{"url": "http://example.org"}]}),
        ("1片", of(1, "片"), {"site": {"coding": [{"code": "8205005"}]}}),
    ],
)
def test_what_the_text_does_not_tell_is_marked(text: str, dose: Any, more: Any) -> None:
    assert told(text, dose, **more).endswith(MORE)


@pytest.mark.parametrize("text", ["每次0.5g", "每次2片", "5mg qd", "口服", "Take 2 tablets daily"])
def test_a_dose_without_a_unit_is_compared_too(text: str) -> None:
    assert text in told(text, {"doseQuantity": {"value": 2}}, DAILY)
    assert text in told(text, {"doseQuantity": {"unit": "g"}}, DAILY)
    assert text in told(text, between(1, 2, ""), DAILY)


def test_how_long_each_step_of_texts_lasts_is_told() -> None:
    week = {"boundsDuration": {"value": 7, "unit": "d", "code": "d", "system": "http://unitsofmeasure.org"}}
    steps = [
        {"sequence": 1, "text": "60mg 每日1次", "timing": {"repeat": week}},
        {"sequence": 2, "text": "30mg 每日1次"},
    ]
    assert dosage_text(steps) == "60mg 每日1次，共7天；然后 30mg 每日1次"


def test_as_needed_for_something_is_as_needed() -> None:
    assert told("1片", asNeededCodeableConcept={"text": "发热"}) == "1片，必要时，发热"
    assert told("1片 必要时", asNeededCodeableConcept={"text": "发热"}) == "1片 必要时，发热"


def test_digits_of_every_keyboard_are_read() -> None:
    assert bare("１，０００mg 0．5g") == "1000mg 0.5g"
    assert phrases("每次 0.5 g，口服") == ["每次", "0.5g", "口服"]
    assert holds_dose("每次2片", {"value": 2, "unit": "片"})
    assert says("1至2片", between(1, 2, "片")["doseRange"])
