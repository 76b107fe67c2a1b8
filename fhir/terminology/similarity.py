"""Similarity of two names: how much of their words they share (Dice, 1945).

Chinese is compared by pairs of neighbouring characters, everything else by whole words; case, width and
accents don't count.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from fhir.search.names.fold import fold
from fhir.search.names.pinyin import is_chinese

_RUNS = re.compile(r"[0-9a-z]+(?:\.[0-9]+)?|[^\W0-9a-z_]+", re.IGNORECASE)


@lru_cache(maxsize=16384)
def features(text: str) -> frozenset[str]:
    """The pairs of Chinese characters and the other words of a text."""
    found: set[str] = set()
    for run in _RUNS.findall(fold(text)):
        if is_chinese(run) and len(run) > 1:
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.add(run)
    return frozenset(found)


def similarity(one: str, other: str) -> float:
    """From 0 (nothing in common) to 1 (the same words)."""
    if fold(one) == fold(other):
        return 1.0
    mine, theirs = features(one), features(other)
    if not mine or not theirs:
        return 0.0
    return min(2 * len(mine & theirs) / (len(mine) + len(theirs)), 0.99)


def closest(texts: Iterable[str], names: Iterable[str]) -> float:
    """The similarity of the two that are most alike."""
    listed = list(names)
    return max((similarity(text, name) for text in texts for name in listed), default=0.0)
