"""Suggestions: what a code may mean, the likeliest first, each with its reasons.

A name that is the same counts most, then what other sources made of the same words or the same code, then how
much of the names is alike, then how often a target is used here. Nothing is mapped by itself.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from fhir.store import Store
from fhir.terminology.definitions import Definitions
from fhir.terminology.similarity import closest
from services.mapping import Target
from services.portal.codes import targets
from services.portal.codes.targets import Candidate
from services.portal.codes.usage import Peers, Usage, used
from services.unmapped_codes import Waiting, place

MOST = 8
_LEAST = 0.2
"""What is less alike, and mapped so by nobody, is not shown."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A target with why: how alike its name is, how many other sources mapped the same words or code to it,
    that many resources have it (`used`, in steps)."""

    target: Target
    alike: float
    same_words: int = 0
    same_code: int = 0
    used: int = 0

    @property
    def score(self) -> float:
        """From 0 upward."""
        peers = 0.6 * _some(self.same_words) + 0.4 * _some(self.same_code)
        return self.alike + peers + 0.05 * math.log10(1 + self.used)

    @property
    def exact(self) -> bool:
        """Is its name the same, or did others map the same words to it?"""
        return self.alike == 1.0 or self.same_words > 0

    @property
    def percent(self) -> int:
        """How alike the names are."""
        return round(100 * self.alike)


def _some(count: int) -> float:
    """What more than one source says counts a little more."""
    return 0.0 if count == 0 else 1 - 0.5 / count


@dataclass(frozen=True, slots=True)
class Suggesting:
    """What suggestions are made from, read once for a page."""

    store: Store
    known: Definitions
    usage: Usage

    async def of(self, task: Waiting, urn: str, texts: list[str]) -> list[Suggestion]:
        """The likeliest targets of the code of a Task."""
        field, peers = place(task.resource), self.usage.peers(task, urn, texts)
        listed = targets.closed(task)
        if listed is None:
            listed = await targets.alike(self.known, task, field, texts) if texts else []
        ranked = _ranked(texts, listed, peers)[: 2 * MOST]
        counted = [await self._counted(each, field) for each in ranked]
        return sorted(counted, key=lambda each: -each.score)[:MOST]

    async def searched(self, task: Waiting, texts: list[str], asked: str) -> list[Suggestion]:
        """What answers to the words of a steward."""
        field = place(task.resource)
        found = await targets.searched(self.known, task, field, asked)
        listed = [Suggestion(each.target, closest([asked, *texts], each.names)) for each in _once(found)]
        best = sorted(listed, key=lambda each: -each.alike)[: 2 * MOST]
        return [await self._counted(each, field) for each in best]

    async def _counted(self, each: Suggestion, field: str) -> Suggestion:
        count = await used(self.store, targets.parameters(field), each.target)
        return Suggestion(each.target, each.alike, each.same_words, each.same_code, count)


def exact(suggestions: list[Suggestion]) -> Suggestion | None:
    """The one target that is exact; None where there is none, or more than one."""
    found = [each for each in suggestions if each.exact]
    return found[0] if len(found) == 1 else None


def _ranked(texts: list[str], listed: Iterable[Candidate], peers: Peers) -> list[Suggestion]:
    found: dict[tuple[str, str, str], Suggestion] = {}
    words, codes = _by_code(peers.same_words), _by_code(peers.same_code)
    named = {_key(target): target for counter in peers for target in counter}
    others = [Candidate(target, (target.display or target.code,)) for target in named.values()]
    for each in (*_once(listed), *others):
        key = _key(each.target)
        if key not in found:
            alike = closest(texts, each.names)
            found[key] = Suggestion(each.target, alike, words.get(key, 0), codes.get(key, 0))
    good = [each for each in found.values() if each.alike >= _LEAST or each.same_words or each.same_code]
    return sorted(good, key=lambda each: -each.score)


def _once(listed: Iterable[Candidate]) -> list[Candidate]:
    """Each target once, with all its names."""
    found: dict[tuple[str, str, str], Candidate] = {}
    for each in listed:
        held = found.get(_key(each.target))
        names = (*held.names, *each.names) if held else each.names
        found[_key(each.target)] = Candidate(held.target if held else each.target, names)
    return list(found.values())


def _key(target: Target) -> tuple[str, str, str]:
    return target.system, target.version, target.code


def _by_code(counter: dict[Target, int]) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    for target, count in counter.items():
        found[_key(target)] = found.get(_key(target), 0) + count
    return found
