from datetime import UTC, datetime, timedelta

import pytest

from fhir.interactions.writes.precondition import Preconditions, http_date, preconditions
from fhir.outcome import Fault, Refusal
from fhir.store import Stored

NOW = datetime(2026, 5, 17, 8, 30, 1, 250_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def stored(version: int = 2, *, deleted: bool = False) -> Stored:
    return Stored("Patient", "p1", version, NOW, "Patient/p1", deleted)


@pytest.mark.parametrize(
    ("given", "unchanged"),
    [
        (preconditions(), False),
        (preconditions(if_none_match='W/"2"'), True),
        (preconditions(if_none_match='W/"1", "2"'), True),
        (preconditions(if_none_match="*"), True),
        (preconditions(if_none_match='W/"1"'), False),
        (preconditions(since=NOW.replace(microsecond=0)), True),
        (preconditions(since=NOW - SECOND), False),
        (preconditions(if_none_match='W/"1"', since=NOW + SECOND), False),
    ],
)
def test_what_the_reader_holds(given: Preconditions, unchanged: bool) -> None:
    """Checklist line 6: an ETag goes before a date, and dates have whole seconds."""
    assert given.unchanged(stored()) is unchanged


@pytest.mark.parametrize(
    ("given", "current"),
    [
        (preconditions(if_match='W/"1"'), stored()),
        (preconditions(if_match='W/"1"'), None),
        (preconditions(if_match='W/"1", W/"3"'), stored()),
        (preconditions(if_match="*"), None),
        (preconditions(if_match="*"), stored(deleted=True)),
        (preconditions(if_none_match="*"), stored()),
        (preconditions(if_none_match='W/"2"'), stored()),
    ],
)
def test_a_write_for_another_state_is_stale(given: Preconditions, current: Stored | None) -> None:
    """Checklist lines 17 and 20."""
    with pytest.raises(Refusal) as refusal:
        given.check(current)
    assert refusal.value.fault is Fault.STALE


@pytest.mark.parametrize(
    ("given", "current"),
    [
        (preconditions(if_match='W/"2"'), stored()),
        (preconditions(if_match='W/"1", W/"2"'), stored()),
        (preconditions(if_match="*"), stored()),
        (preconditions(if_none_match="*"), None),
        (preconditions(if_none_match="*"), stored(deleted=True)),
        (preconditions(if_none_match='W/"1"'), stored()),
        (preconditions(), None),
    ],
)
def test_a_write_for_the_current_state(given: Preconditions, current: Stored | None) -> None:
    given.check(current)


@pytest.mark.parametrize(("text", "version"), [('W/"3"', "3"), ('"12"', "12"), (' W/"1" ', "1"), ("4", "4")])
def test_if_match(text: str, version: str) -> None:
    assert preconditions(if_match=text).expected == {version}


@pytest.mark.parametrize("text", ["", 'W/"x"', 'W/"1", x', "-1", "１", 'W/"' + "1" * 5000 + '"'])
def test_an_if_match_that_names_no_version_is_stale(text: str) -> None:
    with pytest.raises(Refusal) as refusal:
        preconditions(if_match=text)
    assert refusal.value.fault is Fault.STALE


@pytest.mark.parametrize(
    "text", [None, "", "soon", "Sun, 99 May 2026 08:30:01 GMT", "Sun, 17 May 2026 08:30:01"]
)
def test_a_date_that_cannot_be_read_counts_as_none(text: str | None) -> None:
    assert http_date(text) is None


def test_an_http_date() -> None:
    assert http_date("Sun, 17 May 2026 08:30:01 GMT") == NOW.replace(microsecond=0)
