"""Where profiles and value sets come from: R4's own definitions, and what was posted to the platform.

FHIR R4 references.html#canonical, valueset.html 4.9.6 (expansion). Definitions name no resident, so they are
read under the platform's own rights.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from fhir.access import Action, Permit
from fhir.definitions import profiles, value_sets
from fhir.interactions.context import Context
from fhir.outcome import Refusal
from fhir.search.condition import HasToken, Term
from fhir.store import EVERYONE, Store
from fhir.validation.profile.binding import Codings

DEFINITIONS = ("StructureDefinition", "ValueSet", "CodeSystem")
_MOST = 50


class Source(Protocol):
    """Where a registry looks."""

    async def state(self) -> object:
        """Something that is different after any definition has changed."""

    async def definition(self, url: str) -> Mapping[str, Any] | None:
        """The StructureDefinition that a canonical names."""

    async def codings(self, url: str) -> Codings | None:
        """The codings of a value set; None where it is not known or too large."""


class Official:
    """R4 itself, and definitions that are at hand (by URL)."""

    def __init__(self, more: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self._more = more or {}

    async def state(self) -> object:
        """It does not change."""
        return None

    async def definition(self, url: str) -> Mapping[str, Any] | None:
        """One at hand, or one of R4."""
        return self._more.get(url.partition("|")[0]) or profiles.profile(url)

    async def codings(self, url: str) -> Codings | None:
        """Those that can be enumerated from the definitions alone."""
        return value_sets.codings(url.partition("|")[0])


class _Platform:
    """The platform's own rights."""

    async def decide(self, type: str, action: Action) -> Permit:
        """Everything is permitted; only definitions are asked for."""
        return Permit(EVERYONE)


class Stored(Official):
    """The definitions in a store, before those of R4."""

    def __init__(self, store: Store, base: str) -> None:
        super().__init__()
        self._store = store
        self._context = Context(store, _Platform(), base)

    async def state(self) -> object:
        """The last definitions that were written or deleted."""
        return await self._store.resources.newest(DEFINITIONS)

    async def definition(self, url: str) -> Mapping[str, Any] | None:
        """Of the version named, else the newest that is not retired."""
        canonical, _, version = url.partition("|")
        term = HasToken((Term(f"StructureDefinition.url|{canonical}"),))
        rows = await self._store.resources.search(term.filter(self._store.keyed, {}), EVERYONE, limit=_MOST)
        found = [row.resource() for row in rows if not row.deleted]
        usable = [one for one in found if not version or one.get("version") == version]
        stored = min(usable, key=lambda one: one.get("status") == "retired", default=None)
        return stored or await super().definition(url)

    async def codings(self, url: str) -> Codings | None:
        """Of R4, else as the terminology service expands the value set."""
        if (listed := await super().codings(url)) is not None:
            return listed
        try:
            found: Codings = await import_module("fhir.terminology").expansion(self._context, url)
        except (Refusal, ModuleNotFoundError):
            return None
        return found
