from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.search.types.interval import DAY, FIRST, LAST, SECOND, interval, moment, of


def micros(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01T00:00+08:00", "2025-01-01T00:00+08:00"),
        ("2024-02", "2024-02-01T00:00+08:00", "2024-03-01T00:00+08:00"),
        ("2024-12", "2024-12-01T00:00+08:00", "2025-01-01T00:00+08:00"),
        ("2024-02-29", "2024-02-29T00:00+08:00", "2024-03-01T00:00+08:00"),
        ("2024-02-29T10:30", "2024-02-29T10:30+08:00", "2024-02-29T10:31+08:00"),
        ("2024-02-29T10:30:15", "2024-02-29T10:30:15+08:00", "2024-02-29T10:30:16+08:00"),
        ("2024-02-29T10:30:15Z", "2024-02-29T10:30:15+00:00", "2024-02-29T10:30:16+00:00"),
        ("2024-02-29T10:30:15-05:30", "2024-02-29T16:00:15+00:00", "2024-02-29T16:00:16+00:00"),
        ("2024-12-31T23:59:60Z", "2025-01-01T00:00:00+00:00", "2025-01-01T00:00:01+00:00"),
        ("1988-07-01", "1988-07-01T00:00+09:00", "1988-07-02T00:00+09:00"),
    ],
)
def test_precisions(text: str, start: str, end: str) -> None:
    assert interval(text) == (micros(start), micros(end))


@pytest.mark.parametrize(
    ("fraction", "start", "length"),
    [
        (".5", 500_000, 100_000),
        (".25", 250_000, 10_000),
        (".123", 123_000, 1_000),
        (".123456", 123_456, 1),
        (".123456789", 123_456, 1),
    ],
)
def test_fractions(fraction: str, start: int, length: int) -> None:
    assert interval(f"1970-01-01T00:00:00{fraction}Z") == (start, start + length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-13",
        "2023-02-29",
        "2024-02-30",
        "0000",
        "2024-01-01T24:00:00Z",
        "2024-01-01T10",
        "2024-1-1",
        "2024-01-01T10:00:00+15:00",
        "2024-01-01T10:61:00Z",
        "20240101",
        "2024-01-01 10:00",
        "２０２４",
        "2024-01-01T",
    ],
)
def test_no_interval(text: str) -> None:
    assert interval(text) is None


def test_a_text_too_long_for_a_date_is_not_even_looked_at() -> None:
    assert interval("1970-01-01T00:00:00." + "0" * 40 + "Z") == (0, 1)
    assert interval("1970-01-01T00:00:00." + "0" * 60 + "Z") is None


def test_the_ends_of_the_calendar() -> None:
    for text in ("0001", "0001-01-01", "9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59Z"):
        found = interval(text)
        assert found is not None
        assert FIRST < found[0] < found[1] < LAST
    year, day = interval("9999"), interval("9999-12-31")
    assert year is not None
    assert day is not None
    assert year[1] == day[1] == day[0] + DAY


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"start": "1970-01-01T00:00:00Z", "end": "1970-01-01T00:00:01Z"}, (0, 2 * SECOND)),
        ({"start": "1970-01-01T00:00:00Z"}, (0, LAST)),
        ({"end": "1970-01-01T00:00:01Z"}, (FIRST, 2 * SECOND)),
        ({}, None),
        ({"start": "nonsense"}, None),
        ({"start": "1970", "end": "1970-02-30"}, None),
        ({"start": "1971", "end": "1970"}, None),
        ({"start": 5}, None),
        (7, None),
    ],
)
def test_periods(period: Any, expected: tuple[int, int] | None) -> None:
    assert of(period, "Period") == expected


def test_a_timing_counts_by_its_outer_limits() -> None:
    events = {"event": ["1970-01-01T00:00:05Z", "x", None, "1970-01-01T00:00:01Z"]}
    bounds = {"repeat": {"boundsPeriod": {"start": "1970-01-01T00:00:03Z", "end": "1970-01-01T00:00:09Z"}}}
    assert of(events, "Timing") == (SECOND, 6 * SECOND)
    assert of(bounds, "Timing") == (3 * SECOND, 10 * SECOND)
    assert of(events | bounds, "Timing") == (SECOND, 10 * SECOND)
    assert of({"repeat": {"frequency": 1}}, "Timing") is None


def test_moments_stay_within_what_a_datetime_can_say() -> None:
    assert moment(1_500_000) == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)
    assert moment(FIRST) == datetime.min.replace(tzinfo=UTC)
    assert moment(LAST) == datetime.max.replace(tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_instant_lies_in_its_own_interval(when: datetime) -> None:
    found = interval(when.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    assert found is not None
    assert moment(found[0]) == when.replace(microsecond=when.microsecond // 1000 * 1000)
    assert found[1] - found[0] == 1000


@given(st.text(alphabet="0123456789-T:.Z+ ", max_size=30))
def test_any_text_gives_a_range_or_nothing(text: str) -> None:
    found = interval(text)
    assert found is None or found[0] < found[1]
