"""The size ladder: the same workloads on a region that grows, each held against itself at the smallest size.

Goal (design, section 6): no family slower than 1.3 times itself.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.performance import table
from tests.performance.bench import Bench
from tests.performance.figure import Figure
from tests.performance.plan import Row, rungs
from tests.performance.processor_time import OTHERS
from tests.performance.region import Region

SIZES = (1_000, 4_000, 16_000)
GOAL = 1.3


@dataclass(frozen=True, slots=True)
class Rung:
    """One size: residents, resources, and the figures there."""

    residents: int
    resources: int
    figures: Sequence[Figure]


async def climb(bench: Bench, region: Region, sizes: Sequence[int], say: Callable[[str], None]) -> list[Rung]:
    """Load and measure, size after size."""
    found = []
    rows: Sequence[Row] = rungs(region)
    for size in sizes:
        began = time.perf_counter()
        await region.grow(size)
        resources = await region.database["resources"].estimated_document_count()
        say(f"{size:,} residents, {resources:,} resources ({time.perf_counter() - began:.0f} s of loading)")
        figures = []
        for row in rows:
            (figure, *_) = await bench.measure(row)
            say(f"  {figure.what}: {figure.rate:.0f} {figure.unit}/s")
            figures.append(figure)
        found.append(Rung(size, resources, figures))
    return found


def slower(first: Figure, last: Figure) -> float | None:
    """How many times the time of `first` a unit takes in `last`; None where there is nothing to compare."""
    return first.rate / last.rate if first.count and last.count else None


def dearer(first: Figure, last: Figure) -> float | None:
    """The same for processor time, which what else runs on the machine hardly touches."""
    spent = [_spent(each) / each.rate for each in (first, last) if each.count]
    return spent[1] / spent[0] if len(spent) == 2 and spent[0] else None


def _spent(figure: Figure) -> float:
    return sum(used for name, used in figure.cores.items() if name != OTHERS)


def text(rungs: Sequence[Rung]) -> str:
    """Rates and their ratios to the smallest size, by workload; then the table of each size."""
    sizes = [f"{rung.residents:,}" for rung in rungs]
    lines = [["what", *sizes, "slower", f"goal {GOAL}", "CPU dearer"]]
    for position in range(len(rungs[0].figures)):
        lines.append(_line([rung.figures[position] for rung in rungs]))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    shown = [
        "  ".join(
            [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    ]
    tables = [
        f"\n{rung.residents:,} residents, {rung.resources:,} resources\n{table.text(rung.figures)}"
        for rung in rungs
    ]
    return "\n".join([*shown, *tables])


def _line(figures: Sequence[Figure]) -> list[str]:
    first, last = figures[0], figures[-1]
    rates = [f"{figure.rate:.0f}/s" for figure in figures]
    ratio, cost = slower(first, last), dearer(first, last)
    if ratio is None or cost is None:
        shown = "not served" if first.unserved and not first.count else "-"
        return [first.what, *rates, shown, "", ""]
    return [first.what, *rates, f"{ratio:.2f}", "yes" if ratio <= GOAL else "NO", f"{cost:.2f}"]


def entries(rungs: Sequence[Rung]) -> list[Mapping[str, object]]:
    """As plain JSON."""
    return [
        {
            "residents": rung.residents,
            "resources": rung.resources,
            "figures": table.entries(rung.figures),
        }
        for rung in rungs
    ]


def sizes(given: str) -> Sequence[int]:
    """What `--ladder` takes: rising numbers of residents with commas between them."""
    found = [int(each) for each in given.split(",")]
    if found != sorted(set(found)) or found[0] < 1:
        raise ValueError("the sizes do not rise")
    return found
