"""How often, when and for how long, in words of two languages."""

from typing import Any

import pytest

from fhir.summary.timing import course, dates, rhythm, undated


def every(frequency: int, period: float = 1, unit: str = "d", **more: Any) -> dict[str, Any]:
    return {"repeat": {"frequency": frequency, "period": period, "periodUnit": unit} | more}


def bounded(**bounds: Any) -> dict[str, Any]:
    return {"repeat": bounds}


MWF = ["mon", "wed", "fri"]
RHYTHMS = [
    (every(1, dayOfWeek=["wed", "mon"]), "每周一、周三（当天1次）",
     "on Monday and Wednesday (once that day)"),
    (every(2, dayOfWeek=["sun"]), "每周日（当天2次）", "on Sunday (twice that day)"),
    (every(1, dayOfWeek=["mon"]) | {"code": {"text": "每日一次"}}, "每周一（当天1次）",
     "on Monday (once that day)"),
    (bounded(dayOfWeek=MWF), "每周一、周三、周五", "on Monday, Wednesday and Friday"),
    (every(3, 1, "wk", dayOfWeek=MWF), "每周3次 周一、周三、周五",
     "three times a week on Monday, Wednesday and Friday"),
    (every(1, 2, "wk", dayOfWeek=["mon"]), "每2周1次 周一", "every 2 weeks on Monday"),
    (every(1, 1, "wk", dayOfWeek=["mon"], timeOfDay=["08:00:00"]), "每周1次 周一 08:00",
     "once a week on Monday at 08:00"),
    (every(1, timeOfDay=["08:00:00"]), "每天1次 08:00", "once a day at 08:00"),
    (every(2, timeOfDay=["20:00:00", "08:00:00"]), "每天2次 08:00、20:00", "twice a day at 08:00 and 20:00"),
    (every(1, when=["HS"]), "每天1次 睡前", "once a day at bedtime"),
    (every(3, when=["AC"], offset=30), "每天3次 饭前30分钟", "three times a day 30 minutes before meals"),
    (every(3, when=["PC"], offset=1), "每天3次 饭后1分钟", "three times a day 1 minute after meals"),
    (every(1, when=["HS"], offset=30), "每天1次 睡前30分钟", "once a day 30 minutes before bedtime"),
    (every(4, when=["AC", "HS"]), "每天4次 饭前、睡前", "4 times a day before meals and at bedtime"),
    (every(2, when=["ACM", "ACV"]), "每天2次 早餐前、晚餐前",
     "twice a day before breakfast and before dinner"),
    (every(1, 8, "h", when=["PC"]), "每8小时1次 饭后", "every 8 hours after meals"),
    (every(1, when=["HS"]) | {"code": {"text": "QN"}}, "每晚1次 睡前", "every night at bedtime"),
    (every(2, frequencyMax=3), "每天2–3次", "2 to 3 times a day"),
    (every(1, 4, "h", periodMax=6), "每4–6小时1次", "every 4 to 6 hours"),
    (every(2, 4, "d", periodMax=6), "每4–6天2次", "twice every 4 to 6 days"),
    (every(1, 4, "h", periodMax=6, frequencyMax=2), "每4–6小时1–2次", "1 to 2 times every 4 to 6 hours"),
    (every(1, 1, "h", frequencyMax=2), "每小时1–2次", "1 to 2 times an hour"),
    ({"repeat": {"period": 1, "periodUnit": "d"}}, "每天1次", "once a day"),
    ({"code": {"text": "PRN"}, "repeat": {"when": ["HS"]}}, "必要时 睡前", "when needed at bedtime"),
    (bounded(when=["ACM"]), "早餐前", "before breakfast"),
]  # fmt: skip


@pytest.mark.parametrize(("timing", "chinese", "english"), RHYTHMS)
def test_a_rhythm_is_said_in_both_languages(timing: dict[str, Any], chinese: str, english: str) -> None:
    said = rhythm(timing)
    told = [part for part in said if part]
    assert None not in said
    assert " ".join(told) == chinese
    assert " ".join(part.english for part in told) == english


CODES = [
    "MORN", "NOON", "AFT", "EVE", "NIGHT", "WAKE", "HS", "C", "CM", "CD", "CV", "AC", "ACM",
    "ACD", "ACV", "PC", "PCM", "PCD", "PCV", "PHS", "MORN.early", "MORN.late",
    "AFT.early", "AFT.late", "EVE.early", "EVE.late",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_each_event_has_words_of_its_own(code: str) -> None:
    (said,) = rhythm(bounded(when=[code]))
    others = [rhythm(bounded(when=[each]))[0] for each in CODES if each != code]
    assert said
    assert said.english != said
    assert said not in others
    assert said.english not in [each.english for each in others if each]


@pytest.mark.parametrize(
    "timing",
    [
        every(1, timeOfDay=["08:00:00", "20:00:00"]),
        every(2, timeOfDay=[None, "08:00:00"]),
        every(2, timeOfDay=["08:00:00"]),
        every(1, timeOfDay=["08:00:30"]),
        every(1, 8, "h", timeOfDay=["08:00:00"]),
        every(1, when=["MORN", "EVE"]),
        every(1, when=["AC", "HS"]),
        every(1, when=["XX"]),
        every(1, when=["HS"], timeOfDay=["21:00:00"]),
        every(1, when=["CM"], offset=30),
        every(1, when=["MORN"], offset=30),
        every(1, offset=30),
        every(3, 1, "wk", dayOfWeek=["mon"]),
        every(1, 2, "d", dayOfWeek=["mon"]),
        every(1, 8, "h", dayOfWeek=["mon"]),
        every(1, dayOfWeek=["Monday"]),
        every(1, frequencyMax=2, dayOfWeek=["mon"]),
        every(1, when=["MORN"]) | {"code": {"text": "QN"}},
        every(1, dayOfWeek=["mon"]) | {"code": {"text": "QN"}},
        every(2) | {"code": {"text": "遵医嘱"}},
        every(1, frequencyMax=2, dayOfWeek=["mon"]) | {"code": {"text": "QD"}},
        every(3, frequencyMax=2),
        every(3) | {"code": {"text": "BID"}},
        {"repeat": {"frequency": 3}},
        {"repeat": {"frequency": 3, "period": 1, "periodUnit": "fortnight"}},
        {"event": ["2026-11-28"]},
        every(1, extension=[{"url": "http://htest/x"}]),
    ],
)
def test_what_does_not_fit_together_is_left_to_be_marked(timing: dict[str, Any]) -> None:
    assert None in rhythm(timing)


def test_days_of_the_week_never_stand_beside_every_day() -> None:
    assert "每天" not in " ".join(filter(None, rhythm(every(1, dayOfWeek=["mon"]))))


COURSES = [
    (bounded(boundsDuration={"value": 7, "code": "d"}), "共7天", "for 7 days"),
    (bounded(boundsRange={"low": {"value": 5, "unit": "d"}, "high": {"value": 7, "unit": "d"}}), "共5–7天",
     "for 5 to 7 days"),
    (bounded(boundsPeriod={"start": "2026-11-01", "end": "2026-11-07"}), "2026-11-01至2026-11-07",
     "from 2026-11-01 to 2026-11-07"),
    (bounded(boundsPeriod={"start": "2026-11-01T01:30:00Z"}), "2026-11-01 09:30起", "from 2026-11-01 09:30"),
    (bounded(boundsPeriod={"end": "2026-11"}), "至2026-11", "until 2026-11"),
    (bounded(count=10), "共10次", "10 times in all"),
    (bounded(count=1), "共1次", "1 time in all"),
    (bounded(count=10, countMax=12), "共10–12次", "10 to 12 times in all"),
    (bounded(duration=30, durationUnit="min"), "每次持续30分钟", "over 30 minutes each time"),
    (bounded(duration=30, durationMax=60, durationUnit="min"), "每次持续30–60分钟",
     "over 30 to 60 minutes each time"),
]  # fmt: skip


@pytest.mark.parametrize(("timing", "chinese", "english"), COURSES)
def test_a_course_is_said_in_both_languages(timing: dict[str, Any], chinese: str, english: str) -> None:
    (said,) = course(timing)
    assert said
    assert (said, said.english) == (chinese, english)
    assert rhythm(timing) == []


@pytest.mark.parametrize(
    "timing",
    [
        bounded(boundsDuration={"value": 7, "unit": "疗程"}),
        bounded(boundsRange={"high": {"value": 7, "unit": "d"}}),
        bounded(boundsRange={"low": {"value": 1, "unit": "d"}, "high": {"value": 2, "unit": "wk"}}),
        bounded(boundsPeriod={"start": "sometime"}),
        bounded(boundsPeriod={"start": "2026-11-07", "end": "2026-11-01"}),
        bounded(duration=30),
        bounded(durationMax=30, durationUnit="min"),
        bounded(countMax=12),
    ],
)
def test_a_course_that_is_not_plain_is_left_to_be_marked(timing: dict[str, Any]) -> None:
    assert course(timing) == [None]


def test_its_dates() -> None:
    timing = every(1, boundsPeriod={"start": "2026-11-01"}, count=3)
    assert dates(timing) == "2026-11-01起"
    assert dates(every(1)) is dates(None) is None
    assert undated(timing) == every(1)
