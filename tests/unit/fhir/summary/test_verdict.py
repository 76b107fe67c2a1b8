from decimal import Decimal

import pytest

from fhir.summary.verdict import Verdict, verdict_of


def said(*codes: str) -> list[dict[str, object]]:
    return [{"coding": [{"code": code}]} for code in codes]


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        (("H",), Verdict.HIGH), (("L", "LL"), Verdict.CRITICAL_LOW), (("N",), Verdict.NORMAL),
        (("POS",), Verdict.POSITIVE), (("A",), Verdict.ABNORMAL), (("AA",), Verdict.CRITICAL),
        (("S",), Verdict.UNKNOWN), (("R",), Verdict.UNKNOWN), (("h",), Verdict.HIGH),
        (("WR",), Verdict.POSITIVE),
    ],
)  # fmt: skip
def test_the_source_says_it_and_the_worst_counts(codes: tuple[str, ...], verdict: Verdict) -> None:
    assert verdict_of(said(*codes), Decimal(5), Decimal(4), Decimal(6)) is verdict


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        ("6.0", "4", "6", Verdict.NORMAL), ("6.1", "4", "6", Verdict.HIGH), ("3.9", "4", "6", Verdict.LOW),
        ("9", None, "8", Verdict.HIGH), ("1", None, "8", Verdict.NORMAL), ("5", None, None, Verdict.UNKNOWN),
    ],
)  # fmt: skip
def test_without_a_word_the_range_decides(
    value: str, low: str | None, high: str | None, verdict: Verdict
) -> None:
    least, most = (Decimal(limit) if limit else None for limit in (low, high))
    assert verdict_of(None, Decimal(value), least, most) is verdict


def test_below_a_detection_limit_within_the_range_is_not_called_normal() -> None:
    assert verdict_of(None, Decimal("5"), Decimal(4), Decimal(8), "<") is Verdict.UNKNOWN
    assert verdict_of(None, Decimal("3"), Decimal(4), Decimal(8), "<") is Verdict.LOW
    assert verdict_of(None, Decimal("9"), Decimal(4), Decimal(8), "<") is Verdict.UNKNOWN


def test_notable_and_critical() -> None:
    assert Verdict.CRITICAL_HIGH.critical
    assert not Verdict.HIGH.critical
    assert not any(each.notable for each in (Verdict.NORMAL, Verdict.NEGATIVE, Verdict.UNKNOWN))


@pytest.mark.parametrize(
    ("value", "verdict"), [("6.9", Verdict.HIGH), ("3.1", Verdict.LOW), ("4.5", Verdict.UNKNOWN)]
)
def test_an_unknown_code_does_not_hide_what_the_range_finds(value: str, verdict: Verdict) -> None:
    assert verdict_of(said("U"), Decimal(value), Decimal("3.5"), Decimal("5.3")) is verdict


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        ("危急值", "6.9", Verdict.CRITICAL_HIGH), ("危急值", "2.0", Verdict.CRITICAL_LOW),
        ("Critical", None, Verdict.CRITICAL),
        ("非危急值", "6.9", Verdict.HIGH), ("not critical", "2.0", Verdict.LOW),
        ("偏高", "6.9", Verdict.HIGH),
    ],
)  # fmt: skip
def test_words_that_alarm_count(text: str, value: str | None, verdict: Verdict) -> None:
    number = Decimal(value) if value else None
    assert verdict_of([{"text": text}], number, Decimal("3.5"), Decimal("5.3")) is verdict
