import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.search.condition import Matches
from fhir.search.registry import definitions, parameters
from fhir.search.types import date


def bounds(value: str) -> list[dict[str, dict[str, int]]]:
    condition = date.condition(parameters("Observation")["date"], "", [value])
    assert isinstance(condition, Matches)
    found = [each["dates"]["$elemMatch"] for each in condition.filters]
    assert {each["p"] for each in found} == {"Observation.date", "Observation.date~"}
    return [each for each in found if each.pop("p") == "Observation.date~"]


def near(value: str) -> list[dict[str, Any]]:
    """What ranges of up to a year are compared with."""
    condition = date.condition(parameters("Observation")["date"], "", [value])
    assert isinstance(condition, Matches)
    found = [each["dates"]["$elemMatch"] for each in condition.filters]
    return [each for each in found if each.pop("p") == "Observation.date"]


def test_every_prefix_has_bounds_in_one_element() -> None:
    epoch = "1970-01-01T00:00:01Z"
    low, high = 1_000_000, 2_000_000
    assert (
        bounds(f"eq{epoch}")
        == bounds(epoch)
        == [{"s": {"$gte": low, "$lt": high}, "e": {"$gt": low, "$lte": high}}]
    )
    assert bounds(f"gt{epoch}") == [{"e": {"$gt": high}}]
    assert bounds(f"sa{epoch}") == [{"s": {"$gte": high}}]
    assert bounds(f"eb{epoch}") == [{"e": {"$lte": low}}]
    assert bounds(f"ne{epoch}") == [{"s": {"$lt": low}}, {"e": {"$gt": high}}]


def test_about_is_a_tenth_of_the_distance_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(date, "now", lambda: 11_000_000)
    assert bounds("ap1970-01-01T00:00:01Z") == [{"s": {"$lt": 3_000_000}, "e": {"$gt": 0}}]


def test_only_types_of_dates_are_indexed() -> None:
    for parameter in (definitions("Condition")["onset-date"], definitions("Procedure")["date"]):
        emitters = {place.type: date.emitter(parameter, place) for place in parameter.locations}
        assert emitters["dateTime"] is not None
        assert all((emit is None) == (type in ("Age", "Range", "string")) for type, emit in emitters.items())


def test_a_start_bounds_the_end_of_what_is_no_longer_than_a_year() -> None:
    year = 367 * 86_400_000_000
    assert near("gt1970-01-01T00:00:01Z") == [{"e": {"$gt": 2_000_000}, "s": {"$gte": 2_000_000 - year}}]
    assert near("eq1970-01-01T00:00:01Z") == bounds("eq1970-01-01T00:00:01Z")
    assert near("eb1970-01-01T00:00:01Z") == [{"e": {"$lte": 1_000_000}}]


@pytest.mark.parametrize(
    ("value", "type", "path"),
    [
        ("2024", "dateTime", ""),
        ({"start": "2024-01-01", "end": "2024-12-31"}, "Period", ""),
        ({"start": "2024-01-01", "end": "2025-12-31"}, "Period", "~"),
        ({"start": "2024-01-01"}, "Period", "~"),
    ],
)
def test_long_ranges_stand_under_a_path_of_their_own(value: Any, type: str, path: str) -> None:
    ((found, start, end),) = date.ranges(value, type)
    assert found == path
    assert start < end
    assert date.code_of(f"k{found}") == "k"


@given(*[st.integers(-(10**13), 10**13)] * 2, st.integers(1, 10**14), st.integers(1, 10**14))
def test_the_index_finds_what_the_prefix_means(start: int, low: int, length: int, width: int) -> None:
    """Whatever the length of the range, the bounds hold exactly where the prefix says so."""
    end, high = start + length, low + width
    path = "~" if length > 367 * 86_400_000_000 else ""
    means = {
        "eq": low <= start and end <= high,
        "ne": not (low <= start and end <= high),
        "gt": end > high,
        "ge": end > high or (low <= start and end <= high),
        "lt": start < low,
        "le": start < low or (low <= start and end <= high),
        "sa": start >= high,
        "eb": end <= low,
        "ap": start < high and end > low,
    }
    for prefix, expected in means.items():
        asked = date.Asked(prefix, low, high)
        assert expected is any(
            holds(each, {"p": "k" + path, "s": start, "e": end}) for each in date.compared("k", asked)
        ), prefix


def holds(bounds: dict[str, Any], entry: dict[str, Any]) -> bool:
    compare = {"$gt": operator.gt, "$gte": operator.ge, "$lt": operator.lt, "$lte": operator.le}
    return bounds["p"] == entry["p"] and all(
        compare[sign](entry[name], value)
        for name, limits in bounds.items()
        if name != "p"
        for sign, value in limits.items()
    )
