"""ConceptMaps of the sources, as a process knows them: looked at again where one was written.

hl7v2.md, checklist 55. A ConceptMap that is `active` and whose `sourceUri` is the URN of a source
(`authority` in `./furong source list`) counts for its messages within two seconds.
"""

import time
from dataclasses import replace
from typing import Any

from adapters.v2_to_fhir.concept_map import NO_CONCEPTS, Concepts, compile_concepts
from adapters.v2_to_fhir.source import Source
from fhir.store import EVERYONE, Store

_FRESH_SECONDS = 1.0
_MOST = 1000
"""ConceptMaps of one source; the newest count."""


class ConceptMaps:
    """What is stored, compiled once for each source that asks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked = float("-inf")
        self._known: dict[str, Concepts] = {}
        self.state: list[tuple[str, int]] = []
        """Changes with every ConceptMap that is written."""

    async def on(self, source: Source) -> Source:
        """`source` as its ConceptMaps let it be read."""
        await self.refresh()
        known = self._known
        if source.urn not in known:
            known[source.urn] = await self._read(source.urn)
        concepts = known[source.urn]
        return source if concepts is NO_CONCEPTS else replace(source, concepts=concepts)

    async def refresh(self) -> None:
        """Learn whether something was written, where that was not asked for a second."""
        if time.monotonic() - self._looked < _FRESH_SECONDS:
            return
        self._looked = time.monotonic()
        state = await self._store.resources.newest(["ConceptMap"])
        if state != self.state:
            self._known, self.state = {}, state

    async def _read(self, urn: str) -> Concepts:
        rows = await self._store.resources.search(_of(urn), EVERYONE, limit=_MOST)
        return compile_concepts(row.resource() for row in rows) if rows else NO_CONCEPTS


def _of(urn: str) -> dict[str, Any]:
    """The filter of the active ConceptMaps whose `sourceUri` is `urn`."""
    tokens = ("ConceptMap.status|active", f"ConceptMap.source-uri|{urn}")
    return {"$and": [{"tokens": token} for token in tokens]}
