"""Training: a model from the records of a region, without labels.

Which records share a blocking key and which are drawn at random, counted as comparison vectors, is all that
`fhir.matching.estimation` needs.
"""

from collections import Counter
from itertools import combinations
from random import Random

from fhir.matching.blocking import keys
from fhir.matching.comparison import Levels, compare
from fhir.matching.estimation import estimate
from fhir.matching.linkage import Records
from fhir.matching.model import Model

_RANDOM, _BLOCKED = 2_000_000, 2_000_000
_LARGEST = 30


LINK, REVIEW = 11.5, 4.0
"""Thresholds in bits: at the first one link in 4,000 would be wrong, and nearly all stand far above it."""


def train(records: Records, version: str, seed: int = 0) -> Model:
    """A model of `records`, which may have any model themselves."""
    draw = Random(seed)
    return Model.of(version, LINK, REVIEW, estimate(_blocked(records, draw), _random(records, draw)))


def _random(records: Records, draw: Random) -> Counter[Levels]:
    found: Counter[Levels] = Counter()
    most = len(records.all)
    for _ in range(min(_RANDOM, most * most // 2)):
        one, other = records.all[draw.randrange(most)], records.all[draw.randrange(most)]
        if one is not other:
            found[compare(one, other, records.busy)] += 1
    return found


def _blocked(records: Records, draw: Random) -> Counter[Levels]:
    """Pairs whose names or dates agree somehow; pairs of a number alone would make it weigh too much."""
    blocks: dict[str, list[int]] = {}
    for at, record in enumerate(records.all):
        for key in keys(record):
            if not key.startswith(("number|", "born|", "card|")):
                blocks.setdefault(key, []).append(at)
    pairs = {pair for block in blocks.values() if len(block) <= _LARGEST for pair in combinations(block, 2)}
    chosen = draw.sample(sorted(pairs), min(_BLOCKED, len(pairs)))
    return Counter(compare(records.all[one], records.all[other], records.busy) for one, other in chosen)
