"""The table of figures, as text and as JSON."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tests.performance.figure import Figure
from tests.performance.processor_time import OTHERS

_HEAD = (
    "what",
    "conn",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "rate",
    "done",
    "errors",
    "goal",
    "met",
    "CPU ms each",
    "commands each",
    "others",
)
_LEFT = {"what", "goal", "met", "CPU ms each", "commands each"}


def text(figures: Sequence[Figure]) -> str:
    """The table, and below it what each error was and what is not served."""
    rows = [_HEAD, *(_row(figure) for figure in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join([*lines, *_errors(figures), *_unserved(figures)])


def _row(figure: Figure) -> tuple[str, ...]:
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    if figure.unserved:
        met = "in part" if figure.count else "not served"
    return (
        figure.what,
        str(figure.connections),
        *(_number(value) for value in (figure.p50, figure.p95, figure.p99)),
        f"{_number(figure.rate)} {figure.unit}/s",
        str(figure.count),
        str(sum(figure.errors.values())),
        str(figure.goal or ""),
        met,
        _processor(figure),
        " ".join(f"{name} {_number(number)}" for name, number in figure.commands.items()),
        f"{figure.cores[OTHERS]:.1f}" if OTHERS in figure.cores else "",
    )


def _processor(figure: Figure) -> str:
    """Milliseconds of processor time for each unit, by process: hardly touched by what else runs."""
    costs = {name: 1000 * used / figure.rate for name, used in figure.cores.items() if figure.rate > 0}
    shown = {name: cost for name, cost in costs.items() if name != OTHERS and cost >= 0.05}
    return " ".join(f"{name} {_number(cost)}" for name, cost in shown.items())


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell + " " * (width - _width(cell)) if name in _LEFT else " " * (width - _width(cell)) + cell
        for name, cell, width in zip(_HEAD, row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)


def _errors(figures: Sequence[Figure]) -> list[str]:
    return [
        f"error: {figure.what}: {count} x {problem}"
        for figure in figures
        for problem, count in figure.errors.items()
    ]


def _unserved(figures: Sequence[Figure]) -> list[str]:
    return [f"not served: {what}" for figure in figures for what in figure.unserved]


def entries(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures as plain JSON; what has no value is null."""
    return [
        {name: _plain(value) for name, value in asdict(figure).items()} | {"met": figure.met}
        for figure in figures
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 3)
    return value
