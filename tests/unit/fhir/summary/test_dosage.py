from typing import Any

import pytest

from fhir.summary.dosage import dosage_text
from fhir.summary.wording import speaks_chinese

MORE, DIFFER = "◆用法还有别的说明，见原处方", "◆文字和数据说法不一，见原处方"
DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


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


def test_a_span_of_doses_stands_before_a_text_that_lacks_it() -> None:
    span = {"doseAndRate": [{"doseRange": {"low": TABLET, "high": TABLET | {"value": 2}}}]}
    said = dosage_text({"text": "口服，每日一次"} | span)
    assert (said, said.english) == ("1–2 片 口服，每日一次", "1 to 2 tablets by mouth, once a day")
    assert dosage_text({"text": "口服，每日2次"} | span) == "1–2 片 口服，每日2次"
    assert dosage_text({"text": "每次1片，最多2片"} | span) == "每次1片，最多2片"


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
     "12 IU 皮下注射，每晚一次", "12 IU by subcutaneous injection, every night"),
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
    assert dosage_text({"timing": often("BID", 3, 1, "d")}) == f"BID，{MORE}"


def test_one_unknown_instruction_keeps_the_whole_line_as_it_was_written() -> None:
    said = dosage_text([{"text": "口服，每日两次"}, {"text": "遵医嘱"}])
    assert said == said.english == "口服，每日两次；遵医嘱"


@pytest.mark.parametrize(
    "more",
    [
        {"timing": {"repeat": DAILY | {"dayOfWeek": ["mon"], "period": 2}}},
        {"timing": {"repeat": DAILY | {"boundsDuration": {"value": 3, "unit": "d", "comparator": "<"}}}},
        {"timing": {"repeat": DAILY | {"timeOfDay": ["08:00:00", "20:00:00"]}}},
        {"timing": {"repeat": {"frequency": 3}}},
        {"timing": {"repeat": DAILY | {"extension": [{"url": "http://htest/x", "valueString": "x"}]}}},
        {"timing": {"event": ["2026-11-28"]}},
        {"timing": {"code": {"text": "PRN"}, "repeat": DAILY | {"frequency": 3}}},
        {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "片"}}, {"doseQuantity": {"value": 1}}]},
        {"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2}}}]},
        {"doseAndRate": [{"doseQuantity": {"unit": "片"}}]},
        {"maxDosePerPeriod": {"numerator": {"value": 4}, "denominator": {"value": 1, "unit": "d"}}},
        {"method": {"coding": [{"code": "421521009"}]}},
        {"modifierExtension": [{"url": "http://htest/not", "valueBoolean": True}]},
    ],
)
def test_what_the_line_leaves_out_is_told(more: dict[str, Any]) -> None:
    """Methotrexate once a week must not read "once a day"."""
    said = dosage_text({"timing": {"repeat": DAILY}} | more)
    assert said.endswith(MORE)
    assert said.english.endswith("◆ more is said of its use: see the prescription") or "PRN" in said


TABLET, G = {"value": 1, "unit": "片"}, {"value": 4, "unit": "g"}
WHOLE = [
    (
        {
            "doseAndRate": [{"doseRange": {"low": TABLET, "high": TABLET | {"value": 2}}}],
            "timing": {
                "repeat": {"frequency": 2, "frequencyMax": 3, "period": 1, "periodUnit": "d", "when": ["PC"],
                           "boundsDuration": {"value": 7, "unit": "天", "code": "d"}}
            },
            "route": {"text": "口服"},
            "maxDosePerPeriod": {"numerator": G, "denominator": {"value": 24, "unit": "h"}},
        },
        "1–2 片 每天2–3次 饭后 口服，共7天，每24小时最多 4 g",
        "1 to 2 tablets 2 to 3 times a day after meals by mouth, for 7 days, at most 4 g per 24 hours",
    ),
    (
        {
            "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mL"},
                             "rateQuantity": {"value": 50, "unit": "mL/h"}}],
            "timing": {"code": {"text": "QD"}, "repeat": DAILY | {"duration": 10, "durationUnit": "h"}},
            "route": {"text": "静脉滴注"},
        },
        "500 mL 速度 50 mL/h 每天1次 静脉滴注，每次持续10小时",
        "500 mL at 50 mL/h once a day by intravenous infusion, over 10 hours each time",
    ),
    (
        {"timing": {"repeat": DAILY | {"dayOfWeek": ["mon"]}}, "asNeededBoolean": True},
        "每周一（当天1次） 必要时", "on Monday (once that day) when needed",
    ),
    ({"timing": {"repeat": {"when": ["HS"]}}, "method": {"text": "吞服"}}, "睡前 吞服", "睡前 吞服"),
    ({"timing": {"code": {"text": "BID"}}, "method": {"text": "Swallow"}}, "每天2次 Swallow",
     "twice a day Swallow"),
]  # fmt: skip


@pytest.mark.parametrize(("instruction", "chinese", "english"), WHOLE)
def test_all_that_is_said_plainly_is_told_and_not_marked(
    instruction: dict[str, Any], chinese: str, english: str
) -> None:
    said = dosage_text([instruction])
    assert (said, said.english) == (chinese, english)


def test_what_is_said_in_words_beside_the_dosage_is_told() -> None:
    said = {
        "timing": {"repeat": DAILY},
        "asNeededCodeableConcept": {"text": "疼痛时"},
        "patientInstruction": "只在血压高于160时服",
        "site": {"text": "左眼"},
    }
    assert dosage_text(said) == "每天1次，必要时，疼痛时，左眼，只在血压高于160时服"
    assert dosage_text({"text": "口服", "asNeededBoolean": True}).english == "by mouth, when needed"
    assert dosage_text({"text": "必要时服", "asNeededBoolean": True}) == "必要时服"


@pytest.mark.parametrize(
    "more",
    [
        {"text": "口服，每周一次", "timing": {"repeat": DAILY}},
        {"text": "口服，每次2片", "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "片"}}]},
        {"text": "口服", "route": {"text": "肌内注射"}},
    ],
)
def test_a_text_that_its_data_contradict_is_marked(more: dict[str, Any]) -> None:
    assert dosage_text(more).endswith(DIFFER)


def test_ih_is_no_word_of_one_meaning() -> None:
    assert "inhalation" not in dosage_text({"text": "每次4单位，ih，每日3次"}).english
    assert "inhalation" not in dosage_text({"route": {"text": "IH"}}).english


def step(sequence: int | None, tablets: int, start: str = "", end: str = "", **more: Any) -> dict[str, Any]:
    bounds = {"boundsPeriod": {"start": start, "end": end}} if start else {}
    said = {"doseAndRate": rate(tablets, "片"), "timing": {"repeat": DAILY | bounds}} | more
    return said if sequence is None else said | {"sequence": sequence}


FIRST, SECOND = ("2026-11-01", "2026-11-03"), ("2026-11-04", "2026-11-10")
TAPERS = [
    ([step(2, 2, *SECOND), step(1, 3, *FIRST)],
     "3 片 每天1次，2026-11-01至2026-11-03；然后 2 片 每天1次，2026-11-04至2026-11-10",
     "3 tablets once a day, from 2026-11-01 to 2026-11-03; then 2 tablets once a day, "
     "from 2026-11-04 to 2026-11-10"),
    ([step(2, 2), step(1, 3), step(1, 1)],
     "3 片 每天1次；并 1 片 每天1次；然后 2 片 每天1次",
     "3 tablets once a day; and 1 tablet once a day; then 2 tablets once a day"),
    ([step(None, 2), step(1, 3)],
     "2 片 每天1次；3 片 每天1次", "2 tablets once a day; 3 tablets once a day"),
    ([step(None, 2, *FIRST), step(None, 3, *FIRST)],
     "2 片 每天1次，2026-11-01至2026-11-03；并 3 片 每天1次，2026-11-01至2026-11-03",
     "2 tablets once a day, from 2026-11-01 to 2026-11-03; and 3 tablets once a day, "
     "from 2026-11-01 to 2026-11-03"),
    ([step(1, 2, *FIRST), step(2, 3, *FIRST)],
     "2 片 每天1次，2026-11-01至2026-11-03；并 3 片 每天1次，2026-11-01至2026-11-03",
     "2 tablets once a day, from 2026-11-01 to 2026-11-03; and 3 tablets once a day, "
     "from 2026-11-01 to 2026-11-03"),
    ([step(1, 2, *FIRST), step(1, 3, *SECOND)],
     "2 片 每天1次，2026-11-01至2026-11-03；3 片 每天1次，2026-11-04至2026-11-10",
     "2 tablets once a day, from 2026-11-01 to 2026-11-03; 3 tablets once a day, "
     "from 2026-11-04 to 2026-11-10"),
    ([step(None, 2, *FIRST), step(None, 3, *SECOND)],
     "2 片 每天1次，2026-11-01至2026-11-03；3 片 每天1次，2026-11-04至2026-11-10",
     "2 tablets once a day, from 2026-11-01 to 2026-11-03; 3 tablets once a day, "
     "from 2026-11-04 to 2026-11-10"),
    ([step(None, 2, text="每次2片，第1周"), step(None, 3, text="每次3片，第2周")],
     "每次2片，第1周；每次3片，第2周", "每次2片，第1周；每次3片，第2周"),
    ([step(2, 2, *SECOND, text="每次2片"), step(1, 3, *FIRST, text="每次3片")],
     "每次3片，2026-11-01至2026-11-03；然后 每次2片，2026-11-04至2026-11-10",
     "3 tablets, from 2026-11-01 to 2026-11-03; then 2 tablets, from 2026-11-04 to 2026-11-10"),
    ([step(1, 3, *FIRST, text="每次3片，2026-11-01至2026-11-03"), step(2, 2)],
     "每次3片，2026-11-01至2026-11-03；然后 2 片 每天1次",
     "每次3片，2026-11-01至2026-11-03；然后 2 片 每天1次"),
]  # fmt: skip


@pytest.mark.parametrize(("instructions", "chinese", "english"), TAPERS)
def test_steps_stand_in_their_order_each_with_its_days(
    instructions: list[dict[str, Any]], chinese: str, english: str
) -> None:
    said = dosage_text(instructions)
    assert (said, said.english) == (chinese, english)


THRICE = {"timing": {"repeat": DAILY | {"frequency": 3}}}
TABLETS = {"doseAndRate": rate(2, "片")}


@pytest.mark.parametrize(
    "instruction",
    [
        {"text": "Take twice daily"} | THRICE,
        {"text": "1 tablet BID"} | THRICE,
        {"text": "1 tablet b.i.d. with food"} | THRICE,
        {"text": "every 6 hours"} | THRICE,
        {"text": "Take 1 tablet three times a day"} | THRICE | TABLETS,
        {"text": "Take half a tablet at night"} | TABLETS,
        {"text": "Take 1 tablet"} | {"doseAndRate": rate(2, "tablets")},
        {"text": "twice a day, 3 times a day"},
    ],
)
def test_an_english_text_that_its_data_contradict_is_marked(instruction: dict[str, Any]) -> None:
    said = dosage_text(instruction)
    assert instruction["text"] in said
    assert said.endswith(DIFFER)


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        ({"text": "Take three times a day"} | THRICE, "Take three times a day"),
        ({"text": "every 8 hours"} | THRICE, "every 8 hours"),
        ({"text": "up to twice daily"} | THRICE, "up to twice daily"),
        ({"text": "Take two tablets daily"} | TABLETS, "2 片 Take two tablets daily"),
        ({"text": "Take two tablets at night"} | TABLETS, "Take two tablets at night"),
        ({"text": "Take 2 capsules"} | {"doseAndRate": rate(2, "capsules")}, "Take 2 capsules"),
        ({"text": "Take 1 tablet"} | {"doseAndRate": rate(5, "mg")}, "5 mg Take 1 tablet"),
        ({"text": "Take 3 times a day"} | {"doseAndRate": rate(3, "mg")}, "3 mg Take 3 times a day"),
    ],
)
def test_an_english_text_that_its_data_do_not_contradict_is_not_marked(
    instruction: dict[str, Any], said: str
) -> None:
    assert dosage_text(instruction) == said
