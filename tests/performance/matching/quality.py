"""Quality of a linkage against the truth: precision, recall and the rate of false merges.

Pairs are counted within persons, so that what a chain of links joins counts too.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_SURE = 0.95


@dataclass(frozen=True)
class Quality:
    """`merges` are how many records were put with others; `false` how many of these with somebody else."""

    what: str
    records: int
    seconds: float
    pairs: int
    right: int
    true: int
    merges: int
    false: int
    reviews: int | None = None
    reviews_right: int | None = None

    @property
    def precision(self) -> float:
        """The share of joined pairs that are one person."""
        return self.right / self.pairs if self.pairs else 1.0

    @property
    def recall(self) -> float:
        """The share of the pairs of one person that were joined."""
        return self.right / self.true

    def line(self) -> str:
        """As one line of a table."""
        low, high = interval(self.false, self.merges)
        rate = f"{self.false / self.merges * 1e5:.2f} ({low * 1e5:.2f} to {high * 1e5:.2f})"
        clerk = "" if self.reviews is None else f"{self.reviews} ({self.reviews_right} right)"
        return (
            f"{self.what:34} {self.seconds:7.1f} {self.precision:11.6f} {self.recall:8.4f} "
            f"{self.merges:9} {self.false:6}  {rate:26} {clerk}"
        )


HEADER = (
    f"{'linkage':34} {'seconds':>7} {'precision':>11} {'recall':>8} {'merges':>9} {'false':>6}  "
    f"{'false in 100,000 (95 %)':26} to a clerk"
)


def quality(
    what: str, people: Sequence[int], groups: Sequence[Sequence[int]], seconds: float, **more: int
) -> Quality:
    """How well `groups` of records are the people that they are of."""
    true = sum(math.comb(count, 2) for count in Counter(people).values())
    right = pairs = merges = false = 0
    for group in groups:
        who = Counter(people[at] for at in group)
        pairs += math.comb(len(group), 2)
        right += sum(math.comb(count, 2) for count in who.values())
        merges += len(group) - 1
        false += len(who) - 1
    return Quality(what, len(people), seconds, pairs, right, true, merges, false, **more)


def interval(events: int, trials: int) -> tuple[float, float]:
    """The exact 95 % confidence interval of a rare rate (Poisson; Garwood 1936)."""
    tail = (1 - _SURE) / 2
    low = 0.0 if not events else _solve(lambda mean: 1 - _below(events - 1, mean), tail)
    high = _solve(lambda mean: -_below(events, mean), -tail)
    return low / trials, high / trials


def _below(events: int, mean: float) -> float:
    """The chance of at most so many events."""
    terms = [math.exp(-mean)]
    for at in range(1, events + 1):
        terms.append(terms[-1] * mean / at)
    return sum(terms)


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """Where a rising function has the wanted value."""
    low, high = 0.0, 1.0
    while rising(high) < wanted:
        low, high = high, high * 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return high
