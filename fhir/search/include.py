"""_include and _revinclude: which resources come along with the matches.

FHIR R4 3.1.1.5.4 (search.html#include): `Type:parameter[:TargetType]`, with `*` for every reference
parameter, and `:iterate` for what is included by the included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from fhir.definitions.search_parameters import types
from fhir.search import refused
from fhir.search.registry import SearchParameter, parameters
from fhir.search.walker import Walk, walk

ANY = "*"
APART = frozenset({"AuditEvent"})
_LITERAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?")


@dataclass(frozen=True, slots=True)
class Include:
    """References of `type` by `parameter` (each may be `*`), to `target` only when it is given."""

    type: str
    parameter: str
    target: str | None = None
    iterate: bool = False


class Target(NamedTuple):
    """What a resource refers to: by `Type/id`, or by the canonical URL of one of `types`."""

    reference: str
    version: str | None
    types: frozenset[str] = frozenset()

    @property
    def kinds(self) -> frozenset[str]:
        """The types that may be meant."""
        return self.types or frozenset({self.reference.partition("/")[0]})

    def narrowed(self, type: str | None) -> "Target":
        """The same, of one type where one is wanted."""
        return self if type is None or not self.types else self._replace(types=self.types & {type})


def parse(name: str, modifier: str, value: str, type: str) -> Include:
    """Read one value of `name` (_include or _revinclude) on a search of `type`."""
    if modifier not in ("", "iterate", "recurse"):
        raise refused.modifier(name, modifier)
    iterate = modifier != ""
    if value == ANY and name == "_include":
        return Include(ANY, ANY, None, iterate)
    parts = value.split(":")
    if len(parts) not in (2, 3) or parts[0] not in types():
        raise refused.malformed(name, "it is written Type:parameter[:TargetType]")
    source, code, target = parts[0], parts[1], parts[2] if len(parts) == 3 else None
    if source in APART and name == "_revinclude":
        raise refused.unsupported(name, "AuditEvents are kept apart and are searched by themselves")
    if code != ANY:
        _check(name, source, code, target)
    elif target is not None and target not in types():
        raise refused.malformed(name, "the target is no resource type")
    return Include(source, code, target, iterate)


def _check(name: str, source: str, code: str, target: str | None) -> None:
    parameter = parameters(source).get(code)
    if parameter is None or parameter.type != "reference":
        raise refused.malformed(name, f"{source} has no reference parameter of that name")
    if target is not None and target not in parameter.targets:
        raise refused.malformed(name, f"{source}:{code} does not refer to that target type")


def referring(include: Include) -> list[SearchParameter]:
    """The reference parameters by which `include` goes, of its own type."""
    return [
        each
        for code, each in parameters(include.type).items()
        if each.type == "reference" and include.parameter in (ANY, code)
    ]


def targets(include: Include, type: str, resource: Any) -> Iterator[Target]:
    """What a resource of `type` refers to by `include`."""
    if include.type not in (ANY, type):
        return
    for parameter, resolves, take in _walks(type):
        if include.parameter not in (ANY, parameter.code):
            continue
        for value in take(resource):
            found = _target(parameter, value)
            if (
                found is not None
                and resolves in (None, *found.kinds)
                and include.target in (None, *found.kinds)
            ):
                yield found.narrowed(include.target)


def _target(parameter: SearchParameter, value: Any) -> Target | None:
    """A literal reference, or a canonical with or without a version."""
    text = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text:
        return None
    if isinstance(value, dict):
        match = _LITERAL.fullmatch(text)
        return None if match is None else Target(f"{match[1]}/{match[2]}", match[3])
    url, bar, version = text.partition("#")[0].partition("|")
    return Target(url, version if bar else None, parameter.targets)


@cache
def _walks(type: str) -> tuple[tuple[SearchParameter, str | None, Walk], ...]:
    return tuple(
        (parameter, place.resolves, walk(place.steps))
        for parameter in parameters(type).values()
        if parameter.type == "reference"
        for place in parameter.locations
    )


def forget() -> None:
    """Clear what is compiled, after parameters were added or withdrawn."""
    _walks.cache_clear()
