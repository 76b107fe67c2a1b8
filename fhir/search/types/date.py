"""Date parameters: ranges compared with ranges.

FHIR R4 3.1.1.4.7 (search.html#date) and #prefix. Each value leaves its half-open range, under a path that
ends in `~` where it is longer than a year: so the start bounds the end, and every prefix is one range of
the index. `_lastUpdated` reads the document's own instant.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Matches
from fhir.search.entries import Emit, Entries
from fhir.search.registry import SearchParameter
from fhir.search.types.interval import DAY, interval, moment, now, of
from fhir.search.value import plain
from fhir.search.walker import Location

_TYPES = frozenset({"date", "dateTime", "instant", "Period", "Timing"})
_VALUE = re.compile(r"(?P<prefix>[a-z]{2})?(?P<date>\d.*)", re.ASCII)
_SPACED_ZONE = re.compile(r" (?=\d\d:\d\d$)")
_YEAR = 367 * DAY
_LONG = "~"
Bounds = list[dict[str, Any]]


class Asked(NamedTuple):
    """What a value asks for: the half-open range from `low` to `high`."""

    prefix: str
    low: int
    high: int


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no date."""
    key, type = parameter.key, location.type
    if type not in _TYPES:
        return None

    def emit(value: Any, entries: Entries) -> None:
        for path, start, end in ranges(value, type):
            entries.dates.append({"p": key + path, "s": start, "e": end})

    return emit


def ranges(value: Any, type: str) -> list[tuple[str, int, int]]:
    """The range of a value of a date type, with its path from the key on; [] where there is none."""
    found = of(value, type)
    return [] if found is None else [(_LONG if found[1] - found[0] > _YEAR else "", *found)]


def paths(key: str) -> tuple[str, str]:
    """Under which paths the ranges of a key stand, whatever their length."""
    return key, key + _LONG


def code_of(path: str) -> str:
    """The key of an entry of `dates`."""
    return path.removesuffix(_LONG)


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    found = [asked(parameter.code, value) for value in values]
    if parameter.code == "_lastUpdated":
        return Matches(tuple(_instant(*each) for each in found))
    filters = [
        {"dates": {"$elemMatch": bounds}}
        for each in found
        for part in parameter.parts
        for bounds in compared(part.key, each)
    ]
    return Matches(tuple(filters))


def asked(name: str, value: str) -> Asked:
    """Read `[prefix]date`; a Refusal where it is none."""
    match = _VALUE.fullmatch(plain(value).strip())
    prefix = match["prefix"] or "eq" if match else ""
    # A plus sign that was not escaped in the URL arrives as a space.
    found = interval(_SPACED_ZONE.sub("+", match["date"])) if match else None
    if found is None or prefix not in _COMPARE:
        raise refused.malformed(name, "a date is written [prefix]YYYY[-MM[-DD[Thh:mm[:ss[.fff]][zone]]]]")
    low, high = found
    if prefix == "ap":
        margin = abs(now() - low) // 10
        return Asked(prefix, low - margin, high + margin)
    return Asked(prefix, low, high)


def compared(key: str, asked: Asked) -> Iterator[dict[str, Any]]:
    """What one entry under `key` must be: alternatives for ranges of up to a year and for longer ones."""
    for bounds in _COMPARE[asked.prefix](asked.low, asked.high):
        after = bounds.get("e", {}).get("$gt")
        reach = {} if after is None else {"s": {"$gte": after - _YEAR} | bounds.get("s", {})}
        yield {"p": key} | bounds | reach
        yield {"p": key + _LONG} | bounds


def ranged(parameter: SearchParameter, bounds: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What one entry of a parameter must be, whatever its length, so that its range is within `bounds`."""
    for part in parameter.parts:
        for path in paths(part.key):
            yield {"p": path} | bounds


# The range of the resource is [s, e), the one asked for [low, high).
_COMPARE: dict[str, Callable[[int, int], Bounds]] = {
    "eq": lambda low, high: [{"s": {"$gte": low, "$lt": high}, "e": {"$gt": low, "$lte": high}}],
    "ne": lambda low, high: [{"s": {"$lt": low}}, {"e": {"$gt": high}}],
    "gt": lambda low, high: [{"e": {"$gt": high}}],
    "ge": lambda low, high: [{"e": {"$gt": high}}, {"s": {"$gte": low}}],
    "lt": lambda low, high: [{"s": {"$lt": low}}],
    "le": lambda low, high: [{"s": {"$lt": low}}, {"e": {"$lte": high}}],
    "sa": lambda low, high: [{"s": {"$gte": high}}],
    "eb": lambda low, high: [{"e": {"$lte": low}}],
    "ap": lambda low, high: [{"s": {"$lt": high}, "e": {"$gt": low}}],
}

# The same of a single instant.
_INSTANT: dict[str, Callable[[int, int], tuple[str | None, int, str | None, int]]] = {
    "eq": lambda low, high: ("$gte", low, "$lt", high),
    "gt": lambda low, high: ("$gte", high, None, 0),
    "ge": lambda low, high: ("$gte", low, None, 0),
    "lt": lambda low, high: (None, 0, "$lt", low),
    "le": lambda low, high: (None, 0, "$lt", high),
}
_ALIKE = {"sa": "gt", "eb": "lt", "ap": "eq"}


def _instant(prefix: str, low: int, high: int) -> Filter:
    if prefix == "ne":
        return {"$or": [_instant("lt", low, high), _instant("gt", low, high)]}
    after, start, before, end = _INSTANT[_ALIKE.get(prefix, prefix)](low, high)
    bounds = ({after: moment(start)} if after else {}) | ({before: moment(end)} if before else {})
    return {"updated": bounds}
