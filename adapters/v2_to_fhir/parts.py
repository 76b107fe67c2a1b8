"""Parts: a list that several v2 fields make together, and how it is made up.

hl7v2.md, checklist 42. Remembered as `[origin, count, time]` for each part, in the order of the list; in the
place of the count stand the positions where a part shares items with those before it. An origin is a field,
or a field and the source that told it. What is behind them is somebody else's.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from fhir.resource import Resource

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode

Memory = dict[str, Any]
Parts = dict[str, tuple[str, list[Any]]]


def with_part(
    resource: Resource, memory: Mapping[str, Any], element: str, origin: str, items: list[Any]
) -> tuple[Resource, Memory]:
    """The resource with `items` as the part `origin` of a list (none takes it out), and its new memory."""
    result, lists = dict(resource), dict(memory.get("lists") or {})
    parts, rest = split(result.get(element) or [], lists.get(element, ()))
    parts.pop(origin, None)
    if items:
        parts[origin] = ("", items)
    whole, counts = joined(parts, rest)
    lists[element] = counts
    if whole:
        result[element] = whole
    else:
        result.pop(element, None)
    return result, {**memory, "lists": {name: held for name, held in lists.items() if held}}


def split(held: list[Any], counts: Iterable[list[Any]]) -> tuple[Parts, list[Any]]:
    """The parts of a list by origin, and what none of them gave (somebody else's)."""
    parts: Parts = {}
    start = 0
    for origin, told, time in counts:
        places = range(start, start + told) if isinstance(told, int) else told
        parts[origin] = (time, [held[place] for place in places if place < len(held)])
        start = max(start, *(place + 1 for place in places), 0)
    return parts, held[start:]


def joined(parts: Mapping[str, tuple[str, list[Any]]], rest: list[Any]) -> tuple[list[Any], list[list[Any]]]:
    """The whole list, parts in the order of their fields and nothing twice, and how it is made up."""
    if sum(len(items) for _, items in parts.values()) + len(rest) < 2:
        return _of_one(parts, rest)
    whole: list[Any] = []
    counts: list[list[Any]] = []
    places: dict[str, int] = {}
    for origin in sorted(parts, key=_field):
        time, items = parts[origin]
        start = len(whole)
        whole += _new(items, places)
        found = list(dict.fromkeys(places[mark(item)] for item in items))
        own = found == list(range(start, len(whole)))
        counts.append([origin, len(found) if own else found, time])
    return whole + [item for item in rest if mark(item) not in places], counts


def _of_one(parts: Mapping[str, tuple[str, list[Any]]], rest: list[Any]) -> tuple[list[Any], list[list[Any]]]:
    """As `joined`, where there is one item or none: most lists."""
    counts = [[origin, len(parts[origin][1]), parts[origin][0]] for origin in sorted(parts, key=_field)]
    return [item for _, items in parts.values() for item in items] + rest, counts


def _new(items: Iterable[Any], places: dict[str, int]) -> list[Any]:
    """Those that have no place in a list yet; they are given one."""
    found = []
    for item in items:
        if (known := mark(item)) not in places:
            places[known] = len(places)
            found.append(item)
    return found


def mark(item: Any) -> str:
    """By what an item of a list is known again: its members in any order."""
    return _encode(item)


def of_source(origin: str, source: str) -> str:
    """The name of a part that one source tells apart from others; `source` may be empty."""
    return f"{origin} {source}" if source else origin


def _field(origin: str) -> tuple[str, int, str]:
    field, _, source = origin.partition(" ")
    segment, _, position = field.partition("-")
    return segment, int(position or 0), source
