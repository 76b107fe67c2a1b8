"""Number parameters: an exact value with the precision in which it is written, and how it compares.

FHIR R4 3.1.1.4.6 (search.html#number) and #prefix. A number in a resource is a point (`s`), a Range or a
quantity with a comparator a closed span (`s` to `e`) whose path ends in `~`, so that every prefix is one
range of the index.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Matches
from fhir.search.entries import Emit, Entries
from fhir.search.registry import SearchParameter
from fhir.search.value import plain
from fhir.search.walker import Location

SPAN = "~"
LONGEST = 100
_POINTS = frozenset({"integer", "decimal", "positiveInt", "unsignedInt"})
_NUMBER = re.compile(r"([a-z]{2})?([+-]?\d+(?:\.\d+)?)(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_MOST = 400
Bounds = dict[str, Any]
Convert = Callable[[Decimal], float]


class Asked(NamedTuple):
    """What a value asks for: the number, and the range that it implies."""

    prefix: str
    low: Decimal
    value: Decimal
    high: Decimal


def exact(value: Any) -> Decimal | int | None:
    """A number of a resource, cut to what a double can tell from nothing and from the infinite."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        size = value.adjusted()
        if -_MOST < size < _MOST:
            return value
        return Decimal(0) if size < 0 or not value else Decimal(1).scaleb(_MOST).copy_sign(value)
    if isinstance(value, float):
        return exact(Decimal(repr(value)))
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def rounded(value: Decimal | int) -> float:
    """The nearest double; infinite beyond their range."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no number."""
    key = parameter.key
    if location.type not in _POINTS and location.type != "Range":
        return None

    def emit(value: Any, entries: Entries) -> None:
        entries.values += [entry | {"p": key + entry["p"]} for entry in spans(value)]

    return emit


def spans(value: Any) -> list[dict[str, Any]]:
    """The entries of a number or Range, their paths without the key."""
    if not isinstance(value, dict):
        number = exact(value)
        return [] if number is None else [{"p": "", "s": rounded(number)}]
    ends = [
        exact(end.get("value")) if isinstance(end := value.get(name), dict) else None
        for name in ("low", "high")
    ]
    return (
        [span("", *(None if end is None else rounded(end) for end in ends))] if ends != [None, None] else []
    )


def span(path: str, low: float | None, high: float | None) -> dict[str, Any]:
    """The entry of a closed span; an end that is not given is infinite."""
    return {
        "p": path + SPAN,
        "s": float("-inf") if low is None else low,
        "e": float("inf") if high is None else high,
    }


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    numbers = [asked(parameter.code, plain(value).strip()) for value in values]
    return Matches(
        tuple(
            {"values": {"$elemMatch": bounds}}
            for number in numbers
            for part in parameter.parts
            for bounds in compared(part.key, number)
        )
    )


def asked(name: str, text: str) -> Asked:
    """Read `[prefix]number`; a Refusal where it is none."""
    match = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    prefix = (match[1] or "eq") if match else ""
    if match is None or prefix not in _POINT:
        raise refused.malformed(name, "a number is written [prefix]number, such as 5.4, ge100 or 1.2e-3")
    number, exponent = Decimal(match[2]), int(match[3] or 0)
    value = number.scaleb(exponent)
    unit = Decimal(1).scaleb(-_decimals(match[2], match[3]) + exponent)
    margin = max(unit / 2, abs(value) / 10) if prefix == "ap" else unit / 2
    return Asked(prefix, value - margin, value, value + margin)


def _decimals(number: str, exponent: str | None) -> int:
    """How many decimals are significant; R4 reads 1e2 as [95, 105), so an exponent stands for 1.0e2."""
    decimals = len(number.partition(".")[2])
    return max(decimals, 1) if exponent is not None else decimals


def compared(
    key: str, number: Asked, convert: Convert = rounded, rest: Filter | None = None
) -> Iterable[Filter]:
    """What one entry under `key` must be: alternatives for points and for spans."""
    bounds = _Doubles(*(convert(each) for each in number[1:]))
    for point in _POINT[number.prefix](bounds):
        yield {"p": key} | point | (rest or {})
    for wide in _WIDE[number.prefix](bounds):
        yield {"p": key + SPAN} | wide | (rest or {})


class _Doubles(NamedTuple):
    low: float
    value: float
    high: float


def _within(to: _Doubles) -> Bounds:
    """A number with more digits than a double is still equal to itself."""
    return {"s": {"$gte": to.low, "$lt" if to.value < to.high else "$lte": to.high}}


_POINT: dict[str, Callable[[_Doubles], list[Bounds]]] = {
    "eq": lambda to: [_within(to)],
    "ne": lambda to: [{"s": {"$lt": to.low}}, {"s": {"$gte": to.high}}],
    "gt": lambda to: [{"s": {"$gt": to.value}}],
    "ge": lambda to: [{"s": {"$gte": to.value}}],
    "lt": lambda to: [{"s": {"$lt": to.value}}],
    "le": lambda to: [{"s": {"$lte": to.value}}],
    "sa": lambda to: [{"s": {"$gt": to.value}}],
    "eb": lambda to: [{"s": {"$lt": to.value}}],
    "ap": lambda to: [{"s": {"$gte": to.low, "$lte": to.high}}],
}
_WIDE: dict[str, Callable[[_Doubles], list[Bounds]]] = {
    "eq": lambda to: [{"s": {"$gte": to.low}, "e": {"$lt": to.high}}],
    "ne": lambda to: [{"s": {"$lt": to.low}}, {"e": {"$gte": to.high}}],
    "gt": lambda to: [{"e": {"$gt": to.value}}],
    "ge": lambda to: [{"e": {"$gte": to.value}}],
    "lt": lambda to: [{"s": {"$lt": to.value}}],
    "le": lambda to: [{"s": {"$lte": to.value}}],
    "sa": lambda to: [{"s": {"$gt": to.value}}],
    "eb": lambda to: [{"e": {"$lt": to.value}}],
    "ap": lambda to: [{"s": {"$lte": to.high}, "e": {"$gte": to.low}}],
}
