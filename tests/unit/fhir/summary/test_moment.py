from datetime import UTC, date, datetime

import pytest

from fhir.summary.moment import CHENGDU, Moment, Precision, first_moment, latest, moment


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2026", date(2026, 1, 1), Precision.YEAR),
        ("2026-05", date(2026, 5, 1), Precision.MONTH),
        ("2026-05-11", date(2026, 5, 11), Precision.DAY),
        ("2026-05-11T23:30:00+08:00", date(2026, 5, 11), Precision.MINUTE),
        ("2026-05-11T23:30:00Z", date(2026, 5, 12), Precision.MINUTE),
        ("2026-05-11T23:30", date(2026, 5, 11), Precision.MINUTE),
        ("2026-12-31T23:59:60.5+08:00", date(2026, 12, 31), Precision.MINUTE),
    ],
)
def test_keeps_the_precision_and_shows_local_days(text: str, day: date, precision: Precision) -> None:
    found = moment(text)
    assert found is not None
    assert (found.day, found.precision) == (day, precision)


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-13-01", "2026-02-30", 2026, {"start": "2026"}])
def test_what_is_no_date_is_no_moment(text: object) -> None:
    assert moment(text) is None


def test_first_moment_takes_periods_and_skips_what_is_absent() -> None:
    found = first_moment(None, {}, {"end": "2026-02-01"}, "2020-01-01")
    assert found == Moment(datetime(2026, 2, 1, tzinfo=CHENGDU), Precision.DAY)
    assert first_moment(None, {"start": "?"}) is None


def test_latest_compares_instants_across_zones() -> None:
    early, late = moment("2026-05-11T08:00:00+08:00"), moment("2026-05-11T01:00:00Z")
    assert latest([early, None, late]) == late
    assert late is not None
    assert late.start == datetime(2026, 5, 11, 1, tzinfo=UTC)
    assert latest([None]) is None
