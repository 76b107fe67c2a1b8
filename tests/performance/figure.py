"""Figures: what was measured, and the goal that it is held against (design, section 6)."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile (`share` 0 to 1) of ascending numbers; nan where there are none."""
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


NOT_SERVED = "not served: "
"""How the problem of a reply begins that says: this server does not offer that."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should reach: milliseconds at most, units a second at least."""

    p95: float | None = None
    p99: float | None = None
    rate: float | None = None
    note: str = ""

    def __str__(self) -> str:
        parts = [
            f"p95 {self.p95:g} ms" if self.p95 is not None else "",
            f"p99 {self.p99:g} ms" if self.p99 is not None else "",
            f">= {self.rate:g}/s" if self.rate is not None else "",
            self.note,
        ]
        return ", ".join(part for part in parts if part)


@dataclass(slots=True)
class Tally:
    """The exchanges of one measurement.

    Moments are seconds of time.perf_counter. Latencies are those of faultless exchanges alone.
    """

    latencies: list[float] = field(default_factory=list)
    units: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    unserved: Counter[str] = field(default_factory=Counter)

    def note(self, started: float, finished: float, problem: str | None = None, units: int = 1) -> None:
        """One exchange; `problem` is what was wrong with its reply, or NOT_SERVED and what."""
        if problem is not None:
            counted = self.unserved if problem.startswith(NOT_SERVED) else self.errors
            counted[problem.removeprefix(NOT_SERVED)] += 1
        else:
            self.latencies.append(finished - started)
            self.units += units

    def count(self, done: int) -> None:
        """Further units that were done, with no latency of their own."""
        self.units += done


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; latencies in milliseconds, `rate` in `unit` a second."""

    what: str
    connections: int
    unit: str
    count: int
    rate: float
    p50: float
    p95: float
    p99: float
    errors: Mapping[str, int]
    goal: Goal | None = None
    cores: Mapping[str, float] = field(default_factory=dict)
    commands: Mapping[str, float] = field(default_factory=dict)
    """MongoDB commands for each unit, by name."""
    unserved: tuple[str, ...] = ()
    """What of it the server does not offer, in its own words of a search."""

    @property
    def met(self) -> bool | None:
        """Is the goal met without an error? None where there is no goal, or only a note."""
        if self.goal is None or (self.unserved and not self.count):
            return None
        limits = [(self.goal.p95, self.p95), (self.goal.p99, self.p99)]
        held = [value <= most for most, value in limits if most is not None]
        if self.goal.rate is not None:
            held.append(self.rate >= self.goal.rate)
        return all(held) and not self.errors if held else None


def figure(
    what: str,
    tally: Tally,
    seconds: float,
    *,
    connections: int,
    unit: str = "requests",
    goal: Goal | None = None,
    cores: Mapping[str, float] | None = None,
    commands: Mapping[str, float] | None = None,
) -> Figure:
    """The figure of a tally over `seconds`."""
    ordered = sorted(tally.latencies)
    p50, p95, p99 = (1000 * percentile(ordered, share) for share in (0.5, 0.95, 0.99))
    return Figure(
        what=what,
        connections=connections,
        unit=unit,
        count=tally.units,
        rate=tally.units / seconds if seconds > 0 else math.nan,
        p50=p50,
        p95=p95,
        p99=p99,
        errors=dict(tally.errors),
        goal=goal,
        cores=cores or {},
        commands=commands or {},
        unserved=tuple(sorted(tally.unserved)),
    )
