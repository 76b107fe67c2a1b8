"""adapters.v2_to_fhir.datatypes.dtm: times with their precision."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        ("202601-0500", "2026-01"),
        ("2026-1105", "2026"),
        ("198807011200", "1988-07-01T12:00:00+09:00"),  # Shanghai had summer time then
        ("20000229", "2000-02-29"),
    ],
)
def test_date_time(raw: str, text: str) -> None:
    assert dtm.date_time(repetition(raw), context()) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026/1/5", "2026-01-05"),
        ("2026.1.5", "2026-01-05"),
        ("2026年1月5日", "2026-01-05"),
        ("2026-1", "2026-01"),
        ("２０２６０１０５", "2026-01-05"),
        ("2026-01-05 10:30", "2026-01-05T10:30:00+08:00"),
        ("2026-01-05 10:30:00", "2026-01-05T10:30:00+08:00"),
        ("2026/1/5 8:05:09.50", "2026-01-05T08:05:09.50+08:00"),
        ("20260105T103000", "2026-01-05T10:30:00+08:00"),
        ("20260105 1030", "2026-01-05T10:30:00+08:00"),
        ("20260105103000Z", "2026-01-05T10:30:00+00:00"),
        ("2026-01-05T10:30:00.1234567+09:00", "2026-01-05T10:30:00.1234567+09:00"),
    ],
)
def test_a_date_that_is_not_written_as_hl7_writes_it_is_read_with_a_warning(raw: str, text: str) -> None:
    where = context()
    assert dtm.date_time(repetition(raw), where) == text
    assert where.warnings == ["MSH[1]-7: read, though not written as HL7 writes dates and times"]


@given(
    st.datetimes(min_value=datetime(1000, 1, 1)),
    st.sampled_from(["-", "/", ".", "年月日"]),
    st.sampled_from([" ", "T", "  "]),
    st.sampled_from(["", "%H:%M", "%H:%M:%S", "%H%M", "%H%M%S"]),
    st.booleans(),
)
def test_however_it_is_written_it_is_the_same_moment(
    moment: datetime, separators: str, between: str, clock: str, short: bool
) -> None:
    first, second, last = separators if len(separators) == 3 else (separators, separators, "")
    written = f"{moment:%Y{first}%m{second}%d{last}}" + (f"{between}{moment:{clock}}" if clock else "")
    if short:
        written = re.sub(r"(?<![\d:])0(?=\d(?!\d))", "", written)
    standard = f"{moment:%Y%m%d}" + f"{moment:{clock.replace(':', '')}}" * bool(clock)
    where = context()
    assert dtm.date_time(repetition(written), where) == dtm.date_time(repetition(standard), context())
    assert len(where.warnings) == 1


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999), st.sampled_from("-/. "), st.booleans())
def test_which_number_is_the_day_is_never_guessed(
    first: int, second: int, year: int, separator: str, century: bool
) -> None:
    written = separator.join((f"{first:02}", f"{second}", f"{year:04}" if century else f"{year % 100:02}"))
    where = context()
    assert dtm.date_time(repetition(written), where) is None
    assert where.warnings == ["MSH[1]-7: not a date or time"]


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
    ("raw", "text", "warnings"),
    [("1030", "10:30:00", 0), ("103059.5", "10:30:59.5", 0), ("10:30", "10:30:00", 1),
     ("8:05", "08:05:00", 1), ("2460", None, 1), ("8", None, 1)],
)  # fmt: skip
def test_time(raw: str, text: str | None, warnings: int) -> None:
    where = context()
    assert dtm.time(repetition(raw), where) == text
    assert len(where.warnings) == warnings
