"""Estimation of a model from unlabelled records: expectation maximisation.

Fellegi and Sunter 1969; Winkler 1988. `u` is counted among pairs drawn at random, nearly all of which are two
people; `m` and the share of matches follow from pairs that share a blocking key, in turns until they stay.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import prod

from fhir.matching.comparison import LEVELS, Levels
from fhir.matching.model import Chances

_ROUNDS, _STILL = 200, 1e-7
_SMALL = 0.5
"""What is added to each count, so that what never occurred is rare and not impossible."""

Row = tuple[float, ...]


def estimate(blocked: Mapping[Levels, int], random: Mapping[Levels, int]) -> Chances:
    """m and u of every level, from counts of comparison vectors of blocked and of random pairs."""
    u = _shares(Counter(dict(random)))
    m, share = _start(), 0.3
    for _ in range(_ROUNDS):
        expected: Counter[Levels] = Counter()
        for levels, count in blocked.items():
            expected[levels] = count * posterior(levels, m, u, share)  # type: ignore[assignment]
        before, share = share, sum(expected.values()) / sum(blocked.values())
        m = _shares(expected)
        if abs(before - share) < _STILL:
            break
    return {
        feature: {
            level: (m[place][at], u[place][at]) for at, level in enumerate(levels) if level != "missing"
        }
        for place, (feature, levels) in enumerate(LEVELS.items())
    }


def posterior(levels: Iterable[int], m: list[Row], u: list[Row], share: float) -> float:
    """How likely it is one person, when a `share` of such pairs is."""
    levels = tuple(levels)
    told = [(place, level) for place, level in enumerate(levels) if level < len(m[place]) - 1]
    one = share * prod(m[place][level] for place, level in told)
    two = (1 - share) * prod(u[place][level] for place, level in told)
    return one / (one + two)


def _start() -> list[Row]:
    """Levels come in order of agreement: the first is taken for common among matches."""
    rows = []
    for levels in LEVELS.values():
        told = len(levels) - 1
        rest = 0.1 / max(told - 1, 1)
        rows.append((0.9, *(rest for _ in range(told - 1)), 1.0))
    return rows


def _shares(counts: Mapping[Levels, float]) -> list[Row]:
    rows = []
    for place, levels in enumerate(LEVELS.values()):
        told = [_SMALL] * (len(levels) - 1)
        for vector, count in counts.items():
            if vector[place] < len(told):
                told[vector[place]] += count
        total = sum(told)
        rows.append((*(each / total for each in told), 1.0))
    return rows
