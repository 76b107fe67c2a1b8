"""Usage: what other sources mapped the same code or words to, and how often a target is used here."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from adapters.v2_to_fhir.concept_map import TRUE
from fhir.resource import Resource
from fhir.search.names.fold import fold
from fhir.store import EVERYONE, Store
from services.mapping import Target
from services.unmapped_codes import Waiting

_MOST = 1000
_BANDS = (1000, 100, 10)
_MEANINGLESS = ("answer:", "2.16.156.10011.2.", "CV04.50.005")
"""Where the same code of two sources means different things: 3 is O in one hospital and AB in the next."""


class Peers(NamedTuple):
    """How many other sources mapped the same code, and the same words, to each target."""

    same_code: Counter[Target]
    same_words: Counter[Target]


class Usage:
    """The maps of all sources, read once for a page."""

    def __init__(self, maps: list[Resource]) -> None:
        self._codes: dict[tuple[str, str], set[tuple[str, Target]]] = defaultdict(set)
        self._words: dict[tuple[str, str], set[tuple[str, Target]]] = defaultdict(set)
        for map in maps:
            for own, element, target in _mapped(map):
                source = str(map["sourceUri"])
                self._codes[own, element["code"]].add((source, target))
                if words := element.get("display"):
                    self._words[own, fold(words)].add((source, target))

    @classmethod
    async def read(cls, store: Store) -> "Usage":
        """Of the active maps of the sources."""
        rows = await store.resources.search({"tokens": "ConceptMap.status|active"}, EVERYONE, limit=_MOST)
        maps = [row.resource() for row in rows]
        return cls([map for map in maps if "sourceUri" in map])

    def peers(self, task: Waiting, urn: str, texts: list[str]) -> Peers:
        """What others than the source `urn` made of the code of a Task, and of its words; of a bare answer
        only of its words."""
        own = _own(task.code.system, urn)
        says = not any(each in own for each in _MEANINGLESS)
        code = self._codes.get((own, task.code.code), set()) if says else set()
        words = [pair for text in texts for pair in self._words.get((own, fold(text)), ())]
        return Peers(_count(code, urn), _count(words, urn))


async def used(store: Store, parameters: list[str], target: Target) -> int:
    """More than how many resources have the code of a target: 1000, 100, 10 or 0, since fewer would tell of
    somebody."""
    tokens = [f"{parameter}|{target.system}|{target.code}" for parameter in parameters]
    if not tokens:
        return 0
    rows = store.database["resources"]
    count = await rows.count_documents({"tokens": {"$in": tokens}}, limit=_BANDS[0])
    return next((band for band in _BANDS if count >= band), 0)


def _mapped(map: Resource) -> Iterator[tuple[str, dict[str, Any], Target]]:
    """Each code of a source's map with the kind of place that it stands in and what it becomes."""
    for group in map.get("group", ()):
        own = _own(group.get("source", ""), str(map["sourceUri"]))
        for element in group.get("element", ()):
            for target in element.get("target", ()):
                if target.get("code") and target["equivalence"] in TRUE:
                    version = group.get("targetVersion", "")
                    named = target.get("display", "")
                    yield own, element, Target(group.get("target", ""), target["code"], named, version)


def _own(system: str, urn: str) -> str:
    """What follows the name of the source, so that `field:OBX-3` of two sources is one place.

    A code under a name of its own system means the same elsewhere only by chance: the name stays.
    """
    return system.removeprefix(f"{urn}:") if system.startswith(f"{urn}:") else system


def _count(pairs: Any, urn: str) -> Counter[Target]:
    return Counter(target for source, target in set(pairs) if source != urn)
