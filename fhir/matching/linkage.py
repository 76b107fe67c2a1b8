"""Linkage of many records at once: a region's first load, or all of it anew under another model.

Blocking, comparison and clustering of what lies in memory; the same judgement as for one record. Several
processes share the comparing where the system can fork.
"""

import gc
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fhir.matching.blocking import keys
from fhir.matching.clusters import Clusters
from fhir.matching.comparison import compare
from fhir.matching.features import Features
from fhir.matching.judgement import Judgement, Outcome, judge
from fhir.matching.model import Model

LARGEST = 100
"""A block of more records tells too little: twins of chance, not of blood."""
TELLING = 100_000
"""From how many records on they tell how frequent a name is, and how many people there are."""
_FEWEST = 1_000_000
"""A region that has just begun has more people than records: two of a name are not one for that."""
BUSY_PHONE, BUSY_HOUSE = 8, 24
"""How many people may share a telephone, or an address, before it says nothing of either."""
_NUMBER = "number|"


class Pair(NamedTuple):
    """Two records by position, and what was judged of them."""

    one: int
    other: int
    judgement: Judgement


@dataclass
class Linkage:
    """What became of the records: clusters, the links that joined two, what waits for a clerk.

    `left_out` blocks were too large to be compared.
    """

    groups: list[list[int]]
    links: list[Pair]
    reviews: list[Pair]
    left_out: int = 0


class Records:
    """Records in memory with what is counted over all of them."""

    def __init__(self, records: Sequence[Features], model: Model, population: float | None = None) -> None:
        self.all = records
        self.model = model
        self.population = population or people(len(records), _people(records))
        named = Counter(name.text for record in records for name in record.names)
        telling = len(records) >= TELLING
        self._frequency = {text: count / len(records) for text, count in named.items()} if telling else {}
        self.busy = frozenset((*_busy(records, "phones", BUSY_PHONE), *_busy(records, "address", BUSY_HOUSE)))

    def judge(self, one: int, other: int) -> Judgement:
        """What two records, by position, say of each other."""
        a, b = self.all[one], self.all[other]
        frequency = self._frequency.get(a.names[0].text, 0.0) if a.names else 0.0
        return judge(a, b, compare(a, b, self.busy), self.model, self.population, frequency)


def people(records: int, told: float) -> float:
    """How many people two of so many records may be of; `told` is how many these tell of."""
    return told if records >= TELLING else max(told, _FEWEST)


def _people(records: Sequence[Features]) -> float:
    """About how many people the records tell of: as many for each as where there is a citizen number."""
    numbers = [record.number for record in records if record.number]
    return len(records) * (len(set(numbers)) / len(numbers) if numbers else 1.0)


def _busy(records: Iterable[Features], member: str, most: int) -> Iterator[str]:
    """Telephones or addresses of more people than a family has, told by name and year of birth."""
    people: dict[str, set[tuple[str, int]]] = {}
    for record in records:
        held = getattr(record, member)
        who = record.names[0].text if record.names else "", record.birth.year if record.birth else 0
        for each in (held,) if isinstance(held, str) else held:
            if each:
                people.setdefault(each, set()).add(who)
    return (each for each, who in people.items() if len(who) > most)


def link(
    records: Records,
    processes: int | None = None,
    *,
    joined: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Linkage:
    """Compare what shares a block, and put together what is one person.

    Pairs that are `joined` already are not compared; those kept `apart` are not joined.
    """
    blocks = _blocks(records.all)
    clusters = Clusters(records.all)
    for pair in joined:
        clusters.join(*pair)
    for pair in apart:
        clusters.keep_apart(*pair)
    found = Linkage([], [], [])
    numbered = (block for key, block in blocks if key.startswith(_NUMBER))
    _settle(found, clusters, _judged(records, numbered, clusters))
    rest = [block for key, block in blocks if not key.startswith(_NUMBER)]
    found.left_out = sum(len(block) > LARGEST for block in rest)
    pairs = _shared(records, [block for block in rest if len(block) <= LARGEST], clusters, processes)
    _settle(found, clusters, pairs)
    found.groups = clusters.groups()
    return found


def _blocks(records: Sequence[Features]) -> list[tuple[str, list[int]]]:
    blocks: dict[str, list[int]] = {}
    for at, record in enumerate(records):
        for key in keys(record):
            blocks.setdefault(key, []).append(at)
    return [(key, block) for key, block in blocks.items() if len(block) > 1]


def _judged(records: Records, blocks: Iterable[Sequence[int]], clusters: Clusters) -> list[Pair]:
    """The pairs of `blocks` that are not one person yet, each judged once; what is separate is left out."""
    seen: set[int] = set()
    found: list[Pair] = []
    size = len(records.all)
    roots = [clusters.find(at) for at in range(size)]
    for block in blocks:
        for place, one in enumerate(block):
            for other in block[place + 1 :]:
                pair = one * size + other
                if roots[one] == roots[other] or pair in seen:
                    continue
                seen.add(pair)
                judgement = records.judge(one, other)
                if judgement.outcome is not Outcome.SEPARATE:
                    found.append(Pair(one, other, judgement))
    return found


_work: tuple[Records, list[list[int]], Clusters] | None = None
"""What forked processes share with the one that they come from."""


def _shared(
    records: Records, blocks: list[list[int]], clusters: Clusters, processes: int | None
) -> list[Pair]:
    """As `_judged`, by several processes; a pair that two of them meet is told twice."""
    global _work
    count = processes or len(os.sched_getaffinity(0))
    if count < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return _judged(records, blocks, clusters)
    _work = records, blocks, clusters
    gc.freeze()
    try:
        with multiprocessing.get_context("fork").Pool(count) as pool:
            parts = pool.map(_part, [(each, count) for each in range(count)], chunksize=1)
    finally:
        gc.unfreeze()
        _work = None
    return list({(pair.one, pair.other): pair for part in parts for pair in part}.values())


def _part(share: tuple[int, int]) -> list[Pair]:
    assert _work is not None
    records, blocks, clusters = _work
    first, count = share
    return _judged(records, blocks[first::count], clusters)


def _settle(found: Linkage, clusters: Clusters, pairs: Sequence[Pair]) -> None:
    """Link the surest first; a link that would give somebody two numbers goes to a clerk, and so does every
    link of a record that fits people of several numbers."""
    links = [pair for pair in pairs if pair.judgement.outcome is Outcome.LINK]
    torn = _torn(links, clusters)
    found.reviews += [pair for pair in links if pair.one in torn or pair.other in torn]
    links = [pair for pair in links if pair.one not in torn and pair.other not in torn]
    for pair in sorted(links, key=lambda pair: -pair.judgement.weight):
        if clusters.find(pair.one) != clusters.find(pair.other):
            (found.links if clusters.join(pair.one, pair.other) else found.reviews).append(pair)
    found.reviews += [pair for pair in pairs if pair.judgement.outcome is Outcome.REVIEW]


def _torn(links: Iterable[Pair], clusters: Clusters) -> set[int]:
    """The records without a number that fit records of several."""
    numbers: dict[int, set[str]] = {}
    for pair in links:
        for one, other in ((pair.one, pair.other), (pair.other, pair.one)):
            if not clusters.number(one) and (number := clusters.number(other)):
                numbers.setdefault(one, set()).add(number)
    return {one for one, several in numbers.items() if len(several) > 1}
