"""The clock: UTC, milliseconds, years that are never shorter than twelve months."""

from datetime import UTC, datetime

import pytest

from auth import moment


def test_now_is_utc_and_fits_into_mongodb() -> None:
    now = moment.now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_milliseconds_of_another_zone() -> None:
    local = datetime(2026, 1, 2, 8, 0, 0, 123456, tzinfo=moment.LOCAL)
    assert moment.milliseconds(local) == datetime(2026, 1, 2, 0, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ((2024, 2, 29), (2025, 3, 1)),
        ((2023, 2, 28), (2024, 2, 28)),
        ((2025, 12, 31), (2026, 12, 31)),
        ((9999, 2, 1), (9999, 2, 1)),
    ],
)
def test_a_year_after(day: tuple[int, int, int], later: tuple[int, int, int]) -> None:
    assert moment.a_year_after(datetime(*day, tzinfo=UTC)) == datetime(*later, tzinfo=UTC)
