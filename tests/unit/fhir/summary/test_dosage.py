from typing import Any

import pytest

from fhir.summary.dosage import dosage_text
from fhir.summary.wording import speaks_chinese


def test_the_sources_own_text_goes_first() -> None:
    assert dosage_text([{"text": "每晚一片"}, {"text": "必要时"}]) == "每晚一片；必要时"


def test_is_made_from_dose_timing_and_route() -> None:
    repeat = {"frequency": 2, "period": 1, "periodUnit": "d"}
    dose = {"doseQuantity": {"value": 5, "unit": "mg"}}
    instruction = {"doseAndRate": [dose], "timing": {"repeat": repeat}, "route": {"text": "口服"}}
    assert dosage_text([instruction]) == "5 mg 每天2次 口服"
    assert dosage_text({"timing": {"code": {"text": "BID"}, "repeat": repeat}}) == "每天2次"
    assert dosage_text({"timing": {"repeat": repeat | {"period": 8, "periodUnit": "h"}}}) == "每8小时2次"


def test_nothing_said() -> None:
    assert dosage_text(None) == dosage_text([{}]) == dosage_text({"timing": {"repeat": {}}}) == ""


def test_the_dose_stands_before_a_text_that_lacks_it() -> None:
    rate = [{"doseQuantity": {"value": 5, "unit": "mg"}}]
    assert dosage_text([{"text": "口服，每日一次", "doseAndRate": rate}]) == "5 mg 口服，每日一次"
    assert dosage_text([{"text": "每次5 mg", "doseAndRate": rate}]) == "每次5 mg"


def rate(value: float, unit: str) -> list[dict[str, Any]]:
    return [{"doseQuantity": {"value": value, "unit": unit}}]


def often(code: str, *repeat: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"code": {"text": code}} if code else {}
    numbers = dict(zip(("frequency", "period", "periodUnit"), repeat, strict=False))
    return said | ({"repeat": numbers} if repeat else {})


BOTH = [
    ({"doseAndRate": rate(2, "片"), "timing": often("TID", 3, 1, "d"), "route": {"text": "口服"}},
     "2 片 每天3次 口服", "2 tablets three times a day by mouth"),
    ({"doseAndRate": rate(1, "粒"), "timing": often("QOD")}, "1 粒 每2天1次", "1 pill every other day"),
    ({"timing": often("", 1, 8, "h")}, "每8小时1次", "every 8 hours"),
    ({"timing": often("Q8H")}, "每8小时1次", "every 8 hours"),
    ({"timing": often("QN", 1, 1, "d")}, "每晚1次", "every night"),
    ({"timing": often("PRN"), "asNeededBoolean": True}, "必要时", "when needed"),
    ({"doseAndRate": rate(0.5, "g"), "text": "口服，每日两次", "timing": often("BID", 2, 1, "d")},
     "0.5 g 口服，每日两次", "0.5 g by mouth, twice a day"),
    ({"doseAndRate": rate(12, "[IU]"), "text": "皮下注射，每晚一次", "timing": often("QN", 1, 1, "d")},
     "12 [IU] 皮下注射，每晚一次", "12 IU by subcutaneous injection, every night"),
    ({"text": "每次半片，一日三次，饭后"}, "每次半片，一日三次，饭后",
     "0.5 tablet, three times a day, after meals"),
    ({"text": "每次1.0 g，每日2次，口服", "doseAndRate": rate(1, "g")}, "每次1.0 g，每日2次，口服",
     "1.0 g, twice a day, by mouth"),
    ({"text": "one tablet at night"}, "one tablet at night", "one tablet at night"),
    ({"doseAndRate": rate(2, "片"), "text": "口服，每日2次"}, "2 片 口服，每日2次",
     "2 tablets by mouth, twice a day"),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "chinese", "english"), BOTH)
def test_a_dose_is_said_in_both_languages(instruction: dict[str, Any], chinese: str, english: str) -> None:
    said = dosage_text([instruction])
    assert (said, said.english) == (chinese, english)


STAYS = [
    {"text": "遵医嘱"},
    {"text": "口服，每日三次，遵医嘱"},
    {"text": "口服，每日三次", "timing": often("BID", 2, 1, "d")},
    {"text": "口服，每日三次", "route": {"text": "外用"}},
    {"text": "口服，每日三次", "route": {"text": "院内途径"}},
    {"text": "每次2片", "doseAndRate": rate(1, "片")},
    {"text": "每次2片", "doseAndRate": rate(2, "粒")},
    {"text": "每次1片", "doseAndRate": rate(5, "mg")},
    {"text": "口服，外用"},
    {"text": "每日两次，每日三次"},
    {"text": "口服", "doseAndRate": rate(1, "支")},
    {"doseAndRate": rate(1, "支"), "timing": often("BID")},
    {"doseAndRate": rate(1, "片"), "route": {"text": "院内途径"}},
    {"timing": often("睡前遵医嘱")},
]


@pytest.mark.parametrize("instruction", STAYS)
def test_what_is_unknown_or_contradicts_itself_stays_as_the_source_wrote_it(
    instruction: dict[str, Any],
) -> None:
    said = dosage_text([instruction])
    assert speaks_chinese(said)
    assert said.english == said


@pytest.mark.parametrize("instruction", [*STAYS, *(each[0] for each in BOTH)])
def test_the_sources_text_is_never_lost(instruction: dict[str, Any]) -> None:
    assert instruction.get("text", "") in dosage_text([instruction])


def test_numbers_that_contradict_their_code_are_not_said() -> None:
    assert dosage_text({"timing": often("BID", 3, 1, "d")}) == "BID"


def test_one_unknown_instruction_keeps_the_whole_line_as_it_was_written() -> None:
    said = dosage_text([{"text": "口服，每日两次"}, {"text": "遵医嘱"}])
    assert said == said.english == "口服，每日两次；遵医嘱"
