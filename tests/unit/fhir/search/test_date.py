import pytest

from fhir.search import date
from fhir.search.condition import Matches
from fhir.search.registry import definitions, parameters


def bounds(value: str) -> list[dict[str, dict[str, int]]]:
    condition = date.condition(parameters("Observation")["date"], "", [value])
    assert isinstance(condition, Matches)
    found = [each["dates"]["$elemMatch"] for each in condition.filters]
    assert all(each.pop("p") == "Observation.date" for each in found)
    return found


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
