"""Element paths: a compiled search path as a direct walk over the JSON of a resource.

FHIR R4 2.6.2 (json.html). `fhir.definitions.compile_search` resolves the expressions to paths of JSON
members (`component*`, `valueQuantity`); here each becomes a closure that gives the values at its end. Odd
shapes (an object where a list is expected, null in a list) are walked as far as they go and never raise.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Walk = Callable[[Any], list[Any]]

_STEP = re.compile(
    r"(?P<member>\w+)(?P<many>\*?)(?:\[(?P<name>@|\w+=)(?P<value>[^\]]*)\])?(?:#(?P<index>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Step:
    """A member, whether it may repeat, and what selects among its values."""

    member: str
    many: bool = False
    where: tuple[str, str] | None = None
    extended: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a parameter finds values: the steps, the type at the end, the target type that it is narrowed to,
    the code system that a `code` implies, and (in composites) whether the steps begin at the resource."""

    steps: tuple[Step, ...]
    type: str
    resolves: str | None = None
    system: str | None = None
    root: bool = False


def location(row: dict[str, Any]) -> Location:
    """Read a compiled path."""
    return Location(steps(row), row["type"], row.get("resolves"), row.get("system"), row.get("root", False))


def steps(row: dict[str, Any]) -> tuple[Step, ...]:
    """The steps of a compiled path."""
    return tuple(_step(text) for text in row["path"])


def _step(text: str) -> Step:
    match = _STEP.fullmatch(text)
    assert match is not None, text
    member, many, name, value, index = match.group("member", "many", "name", "value", "index")
    where = (name[:-1], value) if name and name != "@" else None
    extended = value if name == "@" else None
    return Step(member, bool(many), where, extended, None if index is None else int(index))


def walk(steps: tuple[Step, ...]) -> Walk:
    """A function from a resource to the values at the end of `steps`."""
    if not steps:
        return lambda node: [node]
    head, rest = _take(steps[0]), steps[1:]
    return _chain(head, walk(rest)) if rest else head


def below(steps: tuple[Step, ...]) -> Walk:
    """The same from the value of the first member on, for who already holds that value."""
    select, rest = _select(steps[0]), steps[1:]
    return _chain(select, walk(rest)) if rest else select


def _chain(head: Walk, rest: Walk) -> Walk:
    return lambda node: [value for inner in head(node) for value in rest(inner)]


def _take(step: Step) -> Walk:
    member, select = step.member, _select(step)

    def take(node: Any) -> list[Any]:
        value = node.get(member) if isinstance(node, dict) else None
        return [] if value is None else select(value)

    return take


def _select(step: Step) -> Walk:
    if step.where is not None:
        name, wanted = step.where
        return lambda value: [each for each in _listed(value) if _member(each, name) == wanted]
    if step.extended is not None:
        url = step.extended
        return lambda value: [each for each in _listed(value) if _has_extension(each, url)]
    if step.index is not None:
        at = step.index
        return lambda value: _listed(value)[at : at + 1]
    return _listed


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _member(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, dict) else None


def _has_extension(node: Any, url: str) -> bool:
    extensions = _member(node, "extension")
    return any(_member(each, "url") == url for each in _listed(extensions))
