"""ElementDefinition.slicing.discriminator: which slice a value belongs to.

FHIR R4 profiling.html 5.1.0.13 (value, pattern, exists, type, profile). True, False, or None where it can't
be known: what a reference leads to is looked for in the resource and its Bundle only.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.validation.profile.binding import bound, required
from fhir.validation.profile.item import DEEPEST, Item, Scope, items, type_code
from fhir.validation.profile.snapshot import Node
from fhir.validation.profile.value import given, matches, same
from fhir.validation.reference import target

Match = Callable[[Item, Scope], bool | None]
_STEP = re.compile(
    r"""(?:^|\.)(\$this|resolve\(\)|extension\(['"][^'"]+['"]\)|ofType\(\w+\)|[A-Za-z]\w*(?:\[x\])?)"""
)


def matcher(slice: Node, discriminators: Iterable[Mapping[str, Any]]) -> Match | None:
    """How a value is told to belong to `slice`; None where no discriminator says anything about it."""
    tests = [test for one in discriminators for test in _tests(slice, one)]
    return _all(tests) if tests else None


def _all(tests: Sequence[Match]) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        said = [test(item, scope) for test in tests]
        return False if False in said else None if None in said else True

    return match


def _tests(slice: Node, discriminator: Mapping[str, Any]) -> Iterator[Match]:
    steps = _STEP.findall(discriminator.get("path", "$this"))
    nodes = _reached([slice], steps)
    kind = discriminator.get("type")
    if kind in ("value", "pattern"):
        yield from _of_value(slice, steps, nodes)
    elif kind == "exists":
        yield from (_exists(steps, wanted) for node in nodes if (wanted := _presence(node)) is not None)
    elif kind == "type":
        types = frozenset(type for node in nodes for type in _types(node, steps))
        yield from [_of_type(steps, types)] if types else []
    elif kind == "profile":
        urls = [url for node in nodes for url in _profiles(node, steps)]
        yield from [_of_profile(steps, urls)] if urls else []


def _reached(nodes: Sequence[Node], steps: Sequence[str]) -> list[Node]:
    """The nodes at the end of `steps`; required slices on the way count: what they demand must be there."""
    for name in steps:
        if name in ("$this", "resolve()"):
            continue
        nodes = [found for node in nodes for found in _below(node, name)]
    return list(nodes)


def _below(node: Node, name: str) -> Iterator[Node]:
    url = _extension(name)
    for child in node.children:
        if url is None and child.name == name.removesuffix("[x]"):
            yield child
            yield from (one for one in child.slices if one.definition.get("min", 0) > 0)
        elif url is not None and child.name == "extension":
            yield from (one for one in child.slices if url in _urls(one))


def _extension(name: str) -> str | None:
    return name[11:-2] if name.startswith("extension(") else None


def _urls(node: Node) -> list[str]:
    """The URLs of an extension's slice: its profiles, or the fixed url."""
    fixed = (given(child.definition, "fixed") for child in node.children if child.name == "url")
    profiles = (url.partition("|")[0] for type in node.types for url in type.get("profile", ()))
    return [url for url in (*profiles, *fixed) if url]


def values(item: Item, steps: Sequence[str], scope: Scope) -> list[Item] | None:
    """The values at the end of `steps`; None where a reference can't be followed."""
    found = [item]
    for name in steps:
        if name == "resolve()":
            targets = [scope.resolve(one.object.get("reference", "")) for one in found]
            if None in targets:
                return None
            found = [Item(one, None, one["resourceType"], "") for one in targets if one is not None]
        elif name.startswith("ofType("):
            found = [one for one in found if one.type == name[7:-1]]
        elif (url := _extension(name)) is not None:
            listed = (part for one in found for part in one.object.get("extension", ()))
            found = [Item(one, None, "Extension", "") for one in listed if one.get("url") == url]
        elif name != "$this":
            found = [part for one in found for part in _parts(one, name)]
    return found


def _parts(item: Item, name: str) -> Iterator[Item]:
    plain = name.removesuffix("[x]")
    yield from items(Node(plain, {}), item.object)
    yield from items(Node(f"{plain}[x]", {}), item.object)


def _of_value(slice: Node, steps: Sequence[str], nodes: Sequence[Node]) -> Iterator[Match]:
    if steps == ["url"] and slice.name in ("extension", "modifierExtension") and (urls := _urls(slice)):
        yield lambda item, scope: item.object.get("url") in urls
        return
    for at in range(len(steps)):  # what a pattern above says about the end of the path
        for node in _reached([slice], steps[:at]):
            for expected in _projected(node, steps[at:]):
                yield _holds(steps, expected, matches)
    for node in nodes:
        yield from _demands(node, steps)


def _projected(node: Node, steps: Sequence[str]) -> Iterator[Any]:
    pattern = given(node.definition, "pattern")
    pattern = given(node.definition, "fixed") if pattern is None else pattern
    if not isinstance(pattern, dict):
        return
    found: list[Any] = [pattern]
    for name in steps:
        if name != "$this":
            parts = [one.get(name) for one in found if isinstance(one, dict)]
            found = [each for part in parts for each in (part if isinstance(part, list) else [part])]
    yield from (one for one in found if one is not None)


def _demands(node: Node, steps: Sequence[str], depth: int = 0) -> Iterator[Match]:
    """What fixed values, patterns and bindings demand at the end of `steps` and below it."""
    if (fixed := given(node.definition, "fixed")) is not None:
        yield _holds(steps, fixed, same)
    if (pattern := given(node.definition, "pattern")) is not None:
        yield _holds(steps, pattern, matches)
    if (url := required(node.definition)) is not None:
        yield _in_value_set(steps, url)
    if depth < DEEPEST:
        for child in node.children:
            if child.definition.get("min", 0) > 0 and child.name not in ("extension", "modifierExtension"):
                yield from _demands(child, [*steps, child.name], depth + 1)


def _holds(steps: Sequence[str], expected: Any, compare: Callable[[Any, Any], bool]) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        found = values(item, steps, scope)
        return None if found is None else any(compare(one.value, expected) for one in found)

    return match


def _in_value_set(steps: Sequence[str], url: str) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        found, codings = values(item, steps, scope), scope.codings(url)
        if found is None or codings is None:
            return None
        return any(bound(one.value, codings) for one in found)

    return match


def _presence(node: Node) -> bool | None:
    if str(node.definition.get("max", "")) == "0":
        return False
    return True if node.definition.get("min", 0) > 0 else None


def _exists(steps: Sequence[str], wanted: bool) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        found = values(item, steps, scope)
        return None if found is None else bool(found) is wanted

    return match


def _types(node: Node, steps: Sequence[str]) -> Iterator[str]:
    if "resolve()" in steps:
        yield from (url.rpartition("/")[2] for type in node.types for url in type.get("targetProfile", ()))
    else:
        yield from (type_code(type.get("code", "")) for type in node.types)


def _of_type(steps: Sequence[str], types: frozenset[str]) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        if steps and steps[-1] == "resolve()":
            led = [
                target(one.object.get("reference", ""), scope.contained)[0]
                for one in values(item, steps[:-1], scope) or ()
            ]
            known = [type for type in led if type in resource_types]
            return any(type in types for type in known) if known else None
        found = values(item, steps, scope)
        return None if found is None else any(_type(one) in types for one in found)

    return match


def _type(item: Item) -> str:
    """The type of a value: a resource says it itself."""
    said = item.value.get("resourceType") if isinstance(item.value, dict) else None
    return said if isinstance(said, str) else item.type


def _profiles(node: Node, steps: Sequence[str]) -> Iterator[str]:
    member = "targetProfile" if "resolve()" in steps else "profile"
    yield from (url for type in node.types for url in type.get(member, ()))


def _of_profile(steps: Sequence[str], urls: Sequence[str]) -> Match:
    def match(item: Item, scope: Scope) -> bool | None:
        found = values(item, steps, scope)
        checks = [check for url in urls if (check := scope.profile(url)) is not None]
        if found is None or not checks or scope.depth > DEEPEST:
            return None
        return any(not errors_against(check, one, scope) for check in checks for one in found)

    return match


def errors_against(check: Callable[[Item, Scope], list[Any]], item: Item, scope: Scope) -> list[Any]:
    """The errors of a value against a profile of its own, one level deeper."""
    scope.depth += 1
    try:
        return [one for one in check(item, scope) if one.severity == "error"]
    finally:
        scope.depth -= 1
