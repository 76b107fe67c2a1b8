"""Chart of a long series: line, points, reference band, and both axes in words.

Drawn by clinician/templates/series.html as SVG; the table below it says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fhir.summary.moment import Moment
from fhir.summary.quantity import plain
from fhir.summary.results import Reading
from fhir.summary.trend import plotted

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 240, 60, 16, 14, 30
MOST = 300


@dataclass(frozen=True, slots=True)
class Point:
    """A reading on the chart; `notable` is outside what is expected."""

    x: float
    y: float
    notable: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on the vertical axis."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture of a series; y grows downwards."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    band: tuple[float, float] | None
    first: Moment
    last: Moment
    least: Reading
    greatest: Reading

    @property
    def line(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


def chart(readings: Sequence[Reading]) -> Chart | None:
    """A chart of readings (newest first); None where fewer than two have a number and a date."""
    drawn = plotted(readings[:MOST])
    if len(drawn) < 2:
        return None
    low, high = drawn[-1][2].low, drawn[-1][2].high
    limits = [each for each in (low, high) if each is not None]
    values = [*(number for _, number, _ in drawn), *limits]
    scale = Scale(min(values), max(values))
    start, end = (drawn[at][0].start.timestamp() for at in (0, -1))
    span = (end - start) or 1.0
    points = tuple(
        Point(
            round(LEFT + (when.start.timestamp() - start) / span * (WIDTH - LEFT - RIGHT), 1),
            scale.height(number),
            reading.verdict.notable,
        )
        for when, number, reading in drawn
    )
    by_value = sorted(drawn, key=lambda each: each[1])
    ends = drawn[0][0], drawn[-1][0], by_value[0][2], by_value[-1][2]
    return Chart(points, scale.ticks(limits), scale.band(low, high), *ends)


class Scale:
    """From a value to a height."""

    def __init__(self, least: Decimal, greatest: Decimal) -> None:
        self._least, self._greatest = least, greatest
        self._span = float(greatest - least) or 1.0

    def height(self, value: Decimal) -> float:
        """How far down a value lies."""
        share = float(value - self._least) / self._span
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def band(self, low: Decimal | None, high: Decimal | None) -> tuple[float, float] | None:
        """Top and height of what is normal."""
        if low is None and high is None:
            return None
        top = self.height(high) if high is not None else TOP
        bottom = self.height(low) if low is not None else HEIGHT - BOTTOM
        return top, round(bottom - top, 1)

    def ticks(self, limits: Sequence[Decimal]) -> tuple[Tick, ...]:
        """The ends of the reference range and of the values, as far as they do not cover each other."""
        found: list[Tick] = []
        for value in (*limits, self._greatest, self._least):
            tick = Tick(self.height(value), plain(value))
            if all(abs(tick.y - other.y) >= 14 for other in found):
                found.append(tick)
        return tuple(found)
