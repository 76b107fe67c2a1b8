"""Profiles that are known, compiled once: those of a source, and the types of R4 themselves.

FHIR R4 structuredefinition.html, profiling.html 5.1. A change of a definition, in whatever process, is seen
within a second; one of this process at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from fhir.definitions.structures import complex_types, resource_types
from fhir.outcome import Refusal
from fhir.validation.profile.binding import Codings, required
from fhir.validation.profile.compile import compiled
from fhir.validation.profile.constraint import value_sets
from fhir.validation.profile.item import Check
from fhir.validation.profile.snapshot import Node, laid_over, tree
from fhir.validation.profile.source import Source

BASE = "http://hl7.org/fhir/StructureDefinition/"
_ABSTRACT = frozenset(("Resource", "DomainResource"))
_UNUSABLE = (Refusal, KeyError, TypeError, ValueError)  # a definition may be odd and still valid R4
_FRESH, _DEEPEST, _MOST = 0.5, 16, 500


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: the type that it is about, its check, and what it refers to."""

    url: str
    type: str
    check: Check | None = None
    profiles: frozenset[str] = frozenset()
    value_sets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """Profiles and value sets as they were found at one state of the definitions."""

    state: object = None
    profiles: dict[str, Profile | None] = field(default_factory=dict)
    codings: dict[str, Codings | None] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)  # profiles of which everything is there

    async def add(self, source: Source, url: str) -> None:
        """Find `url` and whatever its profile refers to."""
        waiting, seen = [url], {url}
        while waiting:
            one = waiting.pop()
            if one not in self.profiles and len(self.profiles) < _MOST:
                self.profiles[one] = await _found(source, one)
            profile = self.profiles.get(one)
            if profile is None:
                continue
            for value_set in profile.value_sets - self.codings.keys():
                self.codings[value_set] = await source.codings(value_set)
            waiting += profile.profiles - seen
            seen |= profile.profiles
        self.whole.add(url)


class Registry:
    """What is known of one store's profiles, for as long as no definition changes."""

    def __init__(self) -> None:
        self._known = Known()
        self._checked = self._changed = float("-inf")

    def changed(self) -> None:
        """This process is about to change a definition: look for a while at every call."""
        self._changed = monotonic()

    async def load(self, source: Source, urls: Iterable[str]) -> Known:
        """What is known of `urls`, and of whatever their profiles refer to."""
        known = await self._current(source)
        for url in urls:
            if url not in known.whole:
                await known.add(source, url)
        return known

    async def _current(self, source: Source) -> Known:
        """What is known, or nothing where a definition has changed."""
        now = monotonic()
        if now - self._checked >= _FRESH or now - self._changed <= 10 * _FRESH:
            state = await source.state()
            if state != self._known.state or len(self._known.profiles) >= _MOST:
                self._known = Known(state)
            self._checked = now
        return self._known


async def _found(source: Source, url: str) -> Profile | None:
    definition = await source.definition(url)
    if definition is None:
        type = url.partition("|")[0].removeprefix(BASE)
        return Profile(url, type) if type in resource_types | complex_types | _ABSTRACT else None
    try:
        root = tree(await _elements(source, definition))
    except _UNUSABLE:
        return None
    referred, asked = frozenset(_referred(root)), frozenset(_value_sets(root))
    return Profile(url, str(definition.get("type", "")), compiled(root), referred, asked)


async def _elements(source: Source, definition: Mapping[str, Any], depth: int = 0) -> list[Any]:
    """The elements of the snapshot; without one, of the differential over the base's."""
    if "snapshot" in definition:
        return list(definition["snapshot"].get("element", ()))
    own = definition.get("differential", {}).get("element", ())
    base = str(definition.get("baseDefinition", ""))
    above = await source.definition(base) if base and depth < _DEEPEST else None
    return laid_over(await _elements(source, above, depth + 1) if above else [], own)


def _nodes(root: Node) -> Iterable[Node]:
    left = [root]
    while left:
        node = left.pop()
        yield node
        left += [*node.children, *node.slices]


def _referred(root: Node) -> Iterable[str]:
    for node in _nodes(root):
        for type in node.types:
            yield from (*type.get("profile", ()), *type.get("targetProfile", ()))


def _value_sets(root: Node) -> Iterable[str]:
    for node in _nodes(root):
        yield from value_sets(node.definition)
        if (url := required(node.definition)) is not None:
            yield url
