"""adapters.v2_to_fhir.datatypes.dtm: times with their precision."""

from datetime import UTC, datetime

import pytest

from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.source import Source
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2026", "2026"),
        ("202601", "2026-01"),
        ("20260105", "2026-01-05"),
        ("2026010510", "2026-01-05T10:00:00+08:00"),
        ("202601051030", "2026-01-05T10:30:00+08:00"),
        ("20260105103059", "2026-01-05T10:30:59+08:00"),
        ("20260105103059.1234", "2026-01-05T10:30:59.1234+08:00"),
        ("20260105103059+0000", "2026-01-05T10:30:59+00:00"),
        ("20260105103059-0500", "2026-01-05T10:30:59-05:00"),
        ("20260105240000", "2026-01-06T00:00:00+08:00"),
        ("20261231235960", "2026-12-31T23:59:59+08:00"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05 10:30:00", "2026-01-05T10:30:00+08:00"),
        ("2026/01/05", "2026-01-05"),
        ("198807011200", "1988-07-01T12:00:00+09:00"),  # Shanghai had summer time then
        ("20000229", "2000-02-29"),
    ],
)
def test_date_time(raw: str, text: str) -> None:
    assert dtm.date_time(repetition(raw), context()) == text


@pytest.mark.parametrize(
    "raw",
    [
        "0",
        "00000000",
        "00000101",
        "20260230",
        "19000229",
        "20261301",
        "20260100",
        "2026010525",
        "202601051061",
        "20260105240100",
        "abc",
        "1",
        "99999999",
    ],
)
def test_a_wrong_date_is_nothing_with_a_warning(raw: str) -> None:
    where = context()
    assert dtm.date_time(repetition(raw), where) is None
    assert len(where.warnings) == 1
    assert raw not in where.warnings[0].split(": ")[1]


def test_a_date_is_the_day_as_written() -> None:
    assert dtm.date(repetition("198001010030"), context()) == "1980-01-01"
    assert dtm.date(repetition("1980"), context()) == "1980"
    assert dtm.date(repetition("x"), context()) is None


def test_a_day_is_no_instant() -> None:
    where = context()
    assert dtm.instant(repetition("20260105"), where) is None
    assert where.warnings == ["MSH[1]-7: a day is no instant"]
    assert dtm.instant(repetition("2026010510"), where) == "2026-01-05T10:00:00+08:00"


def test_a_moment_is_in_utc_in_the_zone_of_the_source() -> None:
    utc = context(source=Source("U", "Organization/u", timezone="UTC"))
    assert dtm.moment(repetition("20260105"), utc) == datetime(2026, 1, 5, tzinfo=UTC)
    assert dtm.moment(repetition("20260105"), context()) == datetime(2026, 1, 4, 16, tzinfo=UTC)
    assert dtm.moment(repetition("202601051000+0800"), utc) == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert dtm.moment(repetition("x"), utc) is None


def test_a_birth_time_needs_an_hour() -> None:
    assert dtm.birth_time(repetition("19800101"), context()) is None
    found = dtm.birth_time(repetition("198001010830"), context())
    assert found is not None
    assert found["valueDateTime"] == "1980-01-01T08:30:00+08:00"


@pytest.mark.parametrize(
    ("raw", "text"), [("1030", "10:30:00"), ("103059.5", "10:30:59.5"), ("10:30", "10:30:00"), ("2460", None)]
)
def test_time(raw: str, text: str | None) -> None:
    assert dtm.time(repetition(raw), context()) == text
