"""FHIRPath of a patch: which places in the JSON of a resource a simple path leads to.

FHIR R4 fhirpath.html#simple with where() and ofType(), as FHIRPath Patch uses it (fhirpatch.html). A path
must lead to a place that can be changed, which values alone (as an evaluator gives them) do not tell.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir.definitions.members import Member, inside, members
from fhir.definitions.structures import resource_types

_LONGEST = 1000
_STEP = re.compile(
    r"(?:^|\.)(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?:\((?P<arguments>(?:[^'()]|'(?:[^'\\]|\\.)*'|\(\))*)\))?"
    r"|\[(?P<index>[0-9]{1,6})\]"
)
_TEST = re.compile(
    r"\s*(?P<path>[A-Za-z_][A-Za-z0-9_.]*?)\s*"
    r"(?:\.(?P<exists>exists|empty)\(\)|=\s*(?P<literal>'(?:[^'\\]|\\.)*'|true|false|-?[0-9]+))\s*(?:and\b|$)"
)


class PathError(Exception):
    """The path is none that can be followed; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place: the object and member that hold it, and where in a list; `member` None is the resource."""

    object: dict[str, Any]
    name: str = ""
    position: int | None = None
    member: Member | None = None

    @property
    def value(self) -> Any:
        """What stands there."""
        if self.member is None:
            return self.object
        held = self.object[self.name]
        return held if self.position is None else held[self.position]

    @property
    def inside(self) -> str:
        """The key of `members` for what lies within."""
        return str(self.object["resourceType"]) if self.member is None else inside(self.member, self.value)

    def children(self) -> Mapping[str, Member]:
        """The members that may stand within."""
        return members(self.inside) if self.inside else members("Element")


def names(known: Mapping[str, Member], name: str) -> list[str]:
    """The JSON members of the element `name`: several for a value[x]."""
    return [each for each, member in known.items() if name in (member.element.name, each)]


def places(resource: dict[str, Any], path: str) -> list[Place]:
    """The places that `path` leads to, in their order."""
    found = [Place(resource)]
    for step in _steps(path, resource["resourceType"]):
        found = _follow(found, step)
    return found


def split(path: str) -> tuple[str, str]:
    """The path of what holds the last element, and the name of that element."""
    parent, dot, name = path.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise PathError("the path ends with the name of an element")
    return parent, name


def _steps(path: str, type: str) -> list[re.Match[str]]:
    if len(path) > _LONGEST:
        raise PathError(f"a path has at most {_LONGEST} characters")
    steps, position = [], 0
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None or step.end() == position:
            raise PathError("only element names, [n], where(), ofType(), extension(), first(), last() work")
        steps.append(step)
        position = step.end()
    if steps and steps[0]["name"] in resource_types | {"Resource", "DomainResource"}:
        if steps[0]["name"] not in (type, "Resource", "DomainResource"):
            raise PathError(f"the path begins with another type than {type}")
        return steps[1:]
    return steps


def _follow(found: list[Place], step: re.Match[str]) -> list[Place]:
    if step["index"] is not None:
        return found[int(step["index"]) : int(step["index"]) + 1]
    name, arguments = step["name"], step["arguments"]
    if arguments is None:
        return [below for place in found for below in _children(place, name)]
    match name:
        case "first":
            return found[:1]
        case "last":
            return found[-1:]
        case "ofType" | "as":
            wanted = arguments.strip().removeprefix("FHIR.")
            return [place for place in found if place.member is not None and place.member.type == wanted]
        case "extension":
            urls = [below for place in found for below in _children(place, "extension")]
            return [place for place in urls if _equal(_values(place.value, ["url"]), arguments.strip())]
        case "where":
            return [place for place in found if _true(place.value, arguments)]
    raise PathError(f"the function {name}() is not known here")


def _children(place: Place, name: str) -> Iterator[Place]:
    known = place.children()
    wanted = names(known, name)
    if not wanted:
        raise PathError(f"there is no element {name[:64]!r} in {place.inside or 'a primitive'}")
    holder = holding(place)
    for each in wanted:
        value = holder.get(each) if holder is not None else None
        if isinstance(value, list):
            yield from (Place(holder, each, n, known[each]) for n in range(len(value)))  # type: ignore[arg-type]
        elif value is not None:
            yield Place(holder, each, None, known[each])  # type: ignore[arg-type]


def holding(place: Place, *, make: bool = False) -> dict[str, Any] | None:
    """The JSON object with the members of what stands at `place`; of a primitive the one beside it."""
    if place.member is None or not place.member.primitive:
        return place.value if isinstance(place.value, dict) else None
    beside = place.object.get(f"_{place.name}")
    if place.position is None:
        if beside is None and make:
            beside = place.object[f"_{place.name}"] = {}
        return beside if isinstance(beside, dict) else None
    if not isinstance(beside, list) and make:
        beside = place.object[f"_{place.name}"] = [None] * len(place.object[place.name])
    if not isinstance(beside, list) or place.position >= len(beside):
        return None
    if beside[place.position] is None and make:
        beside[place.position] = {}
    held = beside[place.position]
    return held if isinstance(held, dict) else None


def _true(value: Any, tests: str) -> bool:
    position, true = 0, True
    while position < len(tests):
        test = _TEST.match(tests, position)
        if test is None:
            raise PathError("where() takes `a.b = 'text'`, `a.exists()` and `a.empty()`, joined by `and`")
        found = _values(value, test["path"].split("."))
        if test["exists"]:
            true = true and bool(found) == (test["exists"] == "exists")
        else:
            true = true and _equal(found, test["literal"])
        position = test.end()
    return true


def _values(value: Any, path: list[str]) -> list[Any]:
    found = [value]
    for name in path:
        below = [each.get(name) for each in found if isinstance(each, dict)]
        found = [each for held in below for each in (held if isinstance(held, list) else [held])]
        found = [each for each in found if each is not None]
    return found


def _equal(found: list[Any], literal: str) -> bool:
    if literal in ("true", "false"):
        return found == [literal == "true"] and isinstance(found[0], bool)
    if literal[:1] == "'":
        return found == [re.sub(r"\\(.)", r"\1", literal[1:-1])]
    if not re.fullmatch(r"-?[0-9]+", literal):
        raise PathError("a literal is a text in '…', a whole number, true or false")
    return found == [int(literal)] and not isinstance(found[0], bool)
