"""Profiles that are known, compiled once: those of a source, and the types of R4 themselves.

FHIR R4 structuredefinition.html, profiling.html 5.1. A change of a definition, in whatever process, is seen
within a second; one of this process at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from fhir.definitions.structures import complex_types, resource_types
from fhir.outcome import Refusal
from fhir.validation.profile.binding import Codings, required
from fhir.validation.profile.compile import compiled
from fhir.validation.profile.item import Check
from fhir.validation.profile.snapshot import Node, laid_over, tree
from fhir.validation.profile.source import Source

BASE = "http://hl7.org/fhir/StructureDefinition/"
_ABSTRACT = frozenset(("Resource", "DomainResource"))
_FRESH, _DEEPEST, _MOST = 0.5, 16, 500


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile: the type that it is about, its check, and what it refers to."""

    url: str
    type: str
    check: Check | None = None
    profiles: frozenset[str] = frozenset()
    value_sets: frozenset[str] = frozenset()


class Registry:
    """The profiles of one source, as far as they were asked for."""

    def __init__(self) -> None:
        self._profiles: dict[str, Profile | None] = {}
        self._codings: dict[str, Codings | None] = {}
        self._state: object = None
        self._checked = self._changed = float("-inf")

    def changed(self) -> None:
        """This process is about to change a definition: look for a while at every call."""
        self._changed = monotonic()

    async def load(self, source: Source, urls: Iterable[str]) -> None:
        """Make `urls`, and whatever their profiles refer to, ready for `profile`."""
        await self._refresh(source)
        waiting = [url for url in urls if url not in self._profiles]
        while waiting and len(self._profiles) < _MOST:
            url = waiting.pop()
            if url in self._profiles:
                continue
            profile = await _found(source, url)
            if profile is not None:
                waiting += profile.profiles
                for value_set in profile.value_sets - self._codings.keys():
                    self._codings[value_set] = await source.codings(value_set)
            self._profiles[url] = profile

    async def _refresh(self, source: Source) -> None:
        """Forget everything where a definition has changed."""
        now = monotonic()
        if now - self._checked < _FRESH and now - self._changed > 10 * _FRESH:
            return
        state = await source.state()
        if state != self._state or len(self._profiles) >= _MOST:
            self._profiles, self._codings, self._state = {}, {}, state
        self._checked = now

    def profile(self, url: str) -> Profile | None:
        """A profile that has been loaded; None where it is not known."""
        return self._profiles.get(url)

    def codings(self, url: str) -> Codings | None:
        """The codings of a value set that has been loaded; None where they are not known."""
        return self._codings.get(url)


async def _found(source: Source, url: str) -> Profile | None:
    definition = await source.definition(url)
    if definition is None:
        type = url.partition("|")[0].removeprefix(BASE)
        return Profile(url, type) if type in resource_types | complex_types | _ABSTRACT else None
    try:
        root = tree(await _elements(source, definition))
    except (
        Refusal,
        KeyError,
        TypeError,
        ValueError,
    ):  # a stored definition may be anything that R4 allows
        return None
    referred, value_sets = frozenset(_referred(root)), frozenset(_value_sets(root))
    return Profile(url, str(definition.get("type", "")), compiled(root), referred, value_sets)


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
    return (url for node in _nodes(root) if (url := required(node.definition)) is not None)
