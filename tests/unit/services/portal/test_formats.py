from datetime import UTC, datetime

import pytest

from fhir.summary.moment import Moment, moment
from services.portal.formats import aside, day, inner, minute, spoken, unturned, whole


def at(text: str) -> Moment:
    found = moment(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "language", "long", "html"),
    [
        ("2026-05-11", "zh-CN", False, "<time>2026-05-11</time>"),
        ("2026-05-11T08:30:00+08:00", "zh-CN", False, "<time>2026-05-11</time>"),
        ("2026-05-11T08:30:00+08:00", "en", False, '<time datetime="2026-05-11">11 May 2026</time>'),
        ("2026-05-11", "zh-CN", True, '<time datetime="2026-05-11">2026年5月11日</time>'),
        ("2026-05-11", "en", False, '<time datetime="2026-05-11">11 May 2026</time>'),
        ("2026-05", "en", True, '<time datetime="2026-05">May 2026</time>'),
        ("1958", "zh-CN", False, "<time>1958</time>"),
    ],
)
def test_day_is_as_precise_as_its_source(text: str, language: str, long: bool, html: str) -> None:
    assert day(at(text), language, long=long) == html


def test_minute_is_local_time() -> None:
    assert "2026-11-23 09:05" in minute(datetime(2026, 11, 23, 1, 5, tzinfo=UTC), "zh-CN")
    assert "23 Nov 2026 09:05" in minute(at("2026-11-23T01:05:00Z"), "en")
    assert ":" not in minute(at("2026-11-23"), "zh-CN")


def test_spoken_marks_chinese_on_an_english_page_and_escapes_everywhere() -> None:
    assert spoken("肺炎<b>", "en") == '<span lang="zh-CN">肺炎&lt;b&gt;</span>'
    assert spoken("肺炎<b>", "zh-CN") == "肺炎&lt;b&gt;"
    assert spoken("HbA1c", "en") == "HbA1c"
    assert "lang" in spoken("𠮷", "en")


@pytest.mark.parametrize("code", [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_what_turns_the_reading_order_is_left_out(code: int) -> None:
    assert unturned(f"5 mg{chr(code)} 每天1次") == "5 mg 每天1次"


def test_no_other_sign_is_left_out() -> None:
    said = "\u200b\u200c\u200d\u2060\u00a0𠮷–≤ שלום"
    assert unturned(said) == said


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("3.9-/6.1", '<span class="number">3.9-/6.1</span>'),
        ("3.9–6.1", '<span class="number">3.9–6.1</span>'),
        ("3.9 - 6.1 mmol/L", '<span class="number">3.9 - 6.1</span> mmol/L'),
        ("≥ 3.9", '<span class="number">≥ 3.9</span>'),
        ("< 5", '<span class="number">&lt; 5</span>'),
        ("男 130～175，女 115～150",
         '男 <span class="number">130～175</span>，女 <span class="number">115～150</span>'),
        ("阴性 <b>", "阴性 &lt;b&gt;"),
        ("1 级", "1 级"),
        ("", ""),
        ("—", "—"),
    ],
)  # fmt: skip
def test_no_line_ends_within_a_reference_range(text: str, html: str) -> None:
    assert whole(text) == html
    assert whole(text).unescape().replace('<span class="number">', "").replace("</span>", "") == text


def test_what_explains_stands_in_the_brackets_of_the_language() -> None:
    assert "空腹血糖" + aside("mmol/L", "zh-CN") == "空腹血糖（mmol/L）"
    assert "Glucose" + aside("<b>", "en") == "Glucose (&lt;b&gt;)"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [("Results", "en", "results"), ("HIV", "en", "HIV"), ("", "en", ""), ("检查结果", "zh-CN", "检查结果")],
)
def test_a_word_within_a_sentence_begins_small(text: str, language: str, shown: str) -> None:
    assert inner(text, language) == shown
