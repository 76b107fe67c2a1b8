"""Quantity parameters: a number with its unit, as it is written and in UCUM's base units.

FHIR R4 3.1.1.4.11 (search.html#quantity). Each value leaves an entry with its number, unit (`u`), code
(`c`) and system (`y`) as written, and one under its UCUM dimension with the canonical number, so that 5 g
is found as 5000 mg.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from math import inf, nextafter
from typing import Any

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Matches
from fhir.search.entries import Emit, Entries
from fhir.search.registry import SearchParameter
from fhir.search.types import number, ucum
from fhir.search.types.number import Asked, asked, compared, exact, rounded, span
from fhir.search.value import plain, separate
from fhir.search.walker import Location

_CURRENCIES = "urn:iso:std:iso:4217"
_QUANTITIES = frozenset({"Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity"})
_MOST_SAMPLES = 100_000
Entry = dict[str, Any]
Measure = Callable[[Any], list[Entry]]


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no quantity."""
    measure, key = measures(location.type), parameter.key
    if measure is None:
        return None

    def emit(value: Any, entries: Entries) -> None:
        entries.values += [entry | {"p": key + entry["p"]} for entry in measure(value)]

    return emit


def measures(type: str) -> Measure | None:
    """What gives the entries of a value of this type, their paths without the key."""
    if type in _QUANTITIES:
        return of
    return {
        "Money": _money,
        "Range": _range,
        "SampledData": _samples,
        "integer": number.spans,
        "decimal": number.spans,
    }.get(type)


def of(value: Any) -> list[Entry]:
    """The entries of a Quantity; with a comparator it is all that lies beyond its number."""
    found = exact(value.get("value")) if isinstance(value, dict) else None
    if found is None:
        return []
    unit = _unit(value)
    comparator = value.get("comparator")
    numbers = [("", rounded(found))]
    if unit is not None:
        numbers.append((f"|{unit.dimension}", unit.canonical(found)))
    shape: Callable[[str, float], Entry] = _BEYOND.get(comparator, _point) if comparator else _point
    entries = [shape(path, each) for path, each in numbers]
    for name, member in _WRITTEN:
        if isinstance(text := value.get(member), str):
            entries[0][name] = text
    return entries


_WRITTEN = (("u", "unit"), ("y", "system"), ("c", "code"))


def _point(path: str, number: float) -> Entry:
    return {"p": path, "s": number}


_BEYOND: dict[str, Callable[[str, float], Entry]] = {
    "<": lambda path, number: span(path, None, nextafter(number, -inf)),
    "<=": lambda path, number: span(path, None, number),
    ">=": lambda path, number: span(path, number, None),
    ">": lambda path, number: span(path, nextafter(number, inf), None),
}


def _unit(value: dict[str, Any]) -> ucum.Unit | None:
    code = value.get("code")
    return ucum.unit(code) if value.get("system") == ucum.SYSTEM and isinstance(code, str) else None


def _money(value: Any) -> list[Entry]:
    if not isinstance(value, dict):
        return []
    return of({"value": value.get("value"), "system": _CURRENCIES, "code": value.get("currency")})


def _range(value: Any) -> list[Entry]:
    """One span from low to high; where their units differ in kind, as written only."""
    ends = [value.get(name) if isinstance(value, dict) else None for name in ("low", "high")]
    found = [of(end | {"comparator": None}) if isinstance(end, dict) else [] for end in ends]
    return list(_spans(*found))


def _spans(low: list[Entry], high: list[Entry]) -> Iterator[Entry]:
    for at in range(max(len(low), len(high))):
        first = low[at] if at < len(low) else None
        last = high[at] if at < len(high) else None
        if (first is None and low) or (last is None and high):
            return
        paths = {end["p"] for end in (first, last) if end}
        if len(paths) == 1:
            written = {name: text for name, text in (first or last or {}).items() if name not in ("p", "s")}
            ends = (None if end is None else end["s"] for end in (first, last))
            yield span(paths.pop(), *ends) | written


def _samples(value: Any) -> list[Entry]:
    """The lowest and the highest of the samples (R4: search on the bounds)."""
    origin = value.get("origin") if isinstance(value, dict) else None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(origin, dict) or not isinstance(data, str):
        return []
    factor, base = exact(value.get("factor", 1)), exact(origin.get("value"))
    found = [
        each
        for text in data.split(maxsplit=_MOST_SAMPLES)[:_MOST_SAMPLES]
        if (each := _sample(text, value)) is not None
    ]
    if factor is None or base is None or not found:
        return []
    ends = sorted(Decimal(base) + each * Decimal(factor) for each in (min(found), max(found)))
    return _range({"low": origin | {"value": ends[0]}, "high": origin | {"value": ends[1]}})


def _sample(text: str, value: dict[str, Any]) -> Decimal | None:
    """A point of a series; L and U stand for the limits, E for none."""
    limit = exact(value.get({"L": "lowerLimit", "U": "upperLimit"}.get(text, "")))
    if limit is not None:
        return Decimal(limit)
    try:
        found = Decimal(text)
    except ArithmeticError:
        return None
    return found if exact(found) == found else None


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    return Matches(
        tuple(
            {"values": {"$elemMatch": bounds}}
            for value in values
            for part in parameter.parts
            for bounds in wanted(parameter.code, part.key, value)
        )
    )


def wanted(name: str, key: str, value: str) -> Iterable[Filter]:
    """What one entry under `key` must be: `n`, `n||code` or `n|system|code`."""
    parts = [plain(part).strip() for part in separate(value, "|")]
    if len(parts) not in (1, 3):
        raise refused.malformed(name, "a quantity is written number, number|system|code or number||code")
    found = asked(name, parts[0])
    if len(parts) == 1:
        return compared(key, found)
    return _in_unit(key, found, parts[1], parts[2])


def _in_unit(key: str, found: Asked, system: str, code: str) -> Iterator[Filter]:
    unit = ucum.unit(code) if system == ucum.SYSTEM else None
    if unit is not None:
        yield from compared(f"{key}|{unit.dimension}", found, unit.canonical)
    elif system:
        yield from compared(key, found, rest={"y": system} | ({"c": code} if code else {}))
    elif code:
        yield from compared(key, found, rest={"$or": [{"c": code}, {"u": code}]})
    else:
        yield from compared(key, found)
