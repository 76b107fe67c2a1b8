"""Model: how much each level of agreement speaks for one person, as data with a version.

Fellegi and Sunter 1969. `m` is how often a level occurs among pairs of records of one person, `u` among pairs
of two people; log2(m/u) is its weight in bits. A rare name says more than a frequent one, so what whole names
weigh follows from how many people bear the name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path

from fhir.matching.comparison import LEVELS, Levels
from fhir.matching.comparisons import name

_SHIPPED = Path(__file__).parent / "data" / "model.json"
_WHOLE = frozenset((name.SAME, name.VARIANT, name.TURNED))
_LEAST = 1e-9
"""No level is impossible."""

Chances = Mapping[str, Mapping[str, tuple[float, float]]]
"""m and u of each level of each feature."""


@dataclass(frozen=True)
class Model:
    """Weights with their version; `link` and `review` are thresholds in bits."""

    version: str
    link: float
    review: float
    chances: Chances
    bits: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, version: str, link: float, review: float, chances: Chances) -> "Model":
        """A model of these chances; a level that is missing from them says nothing."""
        bits = tuple(
            tuple(_bits(*told[level]) if level in told else 0.0 for level in levels)
            for feature, levels in LEVELS.items()
            for told in (chances.get(feature, {}),)
        )
        return cls(version, link, review, chances, bits)

    def weight(self, levels: Levels, population: float, frequency: float = 0.0) -> float:
        """The match weight in bits, the prior included: that one of `population` people is meant.

        `frequency` is the share of people with the name in which the two agree; 0 where it is not known.
        """
        total = -log2(max(population, 2.0))
        for level, bits in zip(levels, self.bits, strict=True):
            total += bits[level]
        if frequency and levels.name in _WHOLE:
            m, u = self.chances["name"][LEVELS["name"][levels.name]]
            total += _bits(m, max(frequency, 1 / population)) - _bits(m, u)
        return total

    @property
    def text(self) -> str:
        """As JSON, for a file."""
        held = {"version": self.version, "link": self.link, "review": self.review, "chances": self.chances}
        return json.dumps(held, indent=1, ensure_ascii=False) + "\n"


def _bits(m: float, u: float) -> float:
    return log2(max(m, _LEAST) / max(u, _LEAST))


def parse(text: str) -> Model:
    """A model from JSON."""
    held = json.loads(text)
    chances = {
        feature: {level: (float(m), float(u)) for level, (m, u) in levels.items()}
        for feature, levels in held["chances"].items()
    }
    return Model.of(held["version"], held["link"], held["review"], chances)


def blank() -> Model:
    """A model by which nothing says anything: to train another."""
    return Model.of("blank", 0.0, 0.0, {})


@cache
def shipped() -> Model:
    """The model that ships with Furong; its README tells on what it was estimated."""
    return parse(_SHIPPED.read_text(encoding="utf-8"))
