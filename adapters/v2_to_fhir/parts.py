"""Parts: a list that several v2 fields make together, and how it is made up.

hl7v2.md, checklist 42. Remembered as `[origin, count, time]` for each part, in the order of the list; what is
behind them is somebody else's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from fhir.resource import Resource

Memory = dict[str, Any]


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


def split(held: list[Any], counts: Iterable[list[Any]]) -> tuple[dict[str, tuple[str, list[Any]]], list[Any]]:
    """The parts of a list by origin, and what none of them gave (somebody else's)."""
    parts: dict[str, tuple[str, list[Any]]] = {}
    start = 0
    for origin, count, time in counts:
        parts[origin] = (time, held[start : start + count])
        start += count
    return parts, held[start:]


def joined(parts: Mapping[str, tuple[str, list[Any]]], rest: list[Any]) -> tuple[list[Any], list[list[Any]]]:
    """The whole list, parts in the order of their fields and nothing twice, and how it is made up."""
    whole: list[Any] = []
    counts: list[list[Any]] = []
    for origin in sorted(parts, key=_field):
        time, items = parts[origin]
        new = [item for item in items if item not in whole]
        whole.extend(new)
        counts.append([origin, len(new), time])
    return whole + [item for item in rest if item not in whole], counts


def _field(origin: str) -> tuple[str, int]:
    segment, _, position = origin.partition("-")
    return segment, int(position or 0)
