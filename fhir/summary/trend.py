"""Trend: the geometry of a small chart: one polyline, one reference band, the newest point.

Drawn by templates/components/trend.html; the table behind it says the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fhir.summary.moment import Moment
from fhir.summary.results import Reading

WIDTH, HEIGHT, EDGE = 160, 44, 5
MOST = 40


@dataclass(frozen=True, slots=True)
class Trend:
    """A chart of 160 × 44 units; y grows downwards."""

    points: tuple[tuple[float, float], ...]
    band: tuple[float, float] | None
    least: Reading
    greatest: Reading
    first: Moment
    last: Moment

    @property
    def line(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.points)

    @property
    def newest(self) -> tuple[float, float]:
        """The last point of the line."""
        return self.points[-1]


def trend(readings: Sequence[Reading]) -> Trend | None:
    """A chart of readings (newest first), or None where fewer than two have a number and a date."""
    drawn = plotted(readings[:MOST])
    if len(drawn) < 2:
        return None
    low, high = drawn[-1][2].low, drawn[-1][2].high
    values = [number for _, number, _ in drawn]
    bounds = [*values, *(limit for limit in (low, high) if limit is not None)]
    scale = _scale(min(bounds), max(bounds))
    start, end = drawn[0][0].start.timestamp(), drawn[-1][0].start.timestamp()
    span = (end - start) or 1.0
    points = tuple(
        (round(EDGE + (when.start.timestamp() - start) / span * (WIDTH - 2 * EDGE), 1), scale(number))
        for when, number, _ in drawn
    )
    least = min(drawn, key=lambda d: d[1])[2]
    greatest = max(drawn, key=lambda d: d[1])[2]
    return Trend(points, _band(low, high, scale), least, greatest, drawn[0][0], drawn[-1][0])


def plotted(readings: Sequence[Reading]) -> list[tuple[Moment, Decimal, Reading]]:
    """Those that have a number and a date, the oldest first, from readings of which the newest is first."""
    return [
        (each.origin.when, each.number, each)
        for each in reversed(readings)
        if each.number is not None and each.origin.when
    ]


class _scale:
    """From a value to a height on the chart."""

    def __init__(self, least: Decimal, greatest: Decimal) -> None:
        self.least, self.span = float(least), float(greatest - least) or 1.0

    def __call__(self, value: Decimal) -> float:
        share = (float(value) - self.least) / self.span
        return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)


def _band(low: Decimal | None, high: Decimal | None, scale: _scale) -> tuple[float, float] | None:
    if low is None and high is None:
        return None
    top = scale(high) if high is not None else 0.0
    bottom = scale(low) if low is not None else float(HEIGHT)
    return top, round(bottom - top, 1)
