import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.validation.date import DATE, DATE_TIME, INSTANT, TIME, in_calendar, surely_after


@given(st.dates())
def test_every_day_of_the_calendar(day: object) -> None:
    assert DATE(str(day))
    assert in_calendar(str(day))


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31))
def test_no_other_day(year: int, month: int, day: int) -> None:
    from datetime import date

    try:
        date(year, month, day)
        exists = True
    except ValueError:
        exists = False
    assert in_calendar(f"{year:04}-{month:02}-{day:02}") == exists


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_every_moment_has_the_format(moment: object, offset: int) -> None:
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    text = str(moment).replace(" ", "T") + zone
    assert DATE_TIME(text)
    assert INSTANT(text)


def test_formats_differ() -> None:
    assert DATE("2024-01")
    assert not INSTANT("2024-01-01")
    assert DATE_TIME("2024")
    assert not DATE("2024-01-01T00:00:00Z")
    assert TIME("08:30:00")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-02", "2024-01-01"),
        ("2025", "2024-12-31"),
        ("2024-01-01T00:00:01Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00Z", "2024-01-01T07:59:59+08:00"),
        ("2024-01-01T00:00:00.0002Z", "2024-01-01T00:00:00.0001Z"),
        ("2024-01-03T00:00:00Z", "2024-01-01"),
    ],
)
def test_surely_later(first: str, second: str) -> None:
    assert surely_after(first, second)
    assert not surely_after(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-15", "2024-01"),
        ("2024-01-01T20:00:00Z", "2024-01-01"),
        ("2024-01-01", "2024-01-01T00:00:00+14:00"),
        ("2024-01-01T08:00:00+08:00", "2024-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-14:00", "9999"),
        ("0001", "0001-01-01T00:00:00Z"),
    ],
)
def test_not_surely_later(first: str, second: str) -> None:
    assert not surely_after(first, second)
    assert not surely_after(second, first)


@pytest.mark.parametrize("other", [None, 5, "x", "2024-13-01", {}])
def test_what_is_no_date_is_never_later(other: object) -> None:
    assert not surely_after(other, "2024")
    assert not surely_after("2024", other)
