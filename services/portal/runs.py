"""Runs: lines that come from one institution on one day, and follow each other, say so once.

A line that stands alone between lines of other origins says it itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Protocol

from fhir.summary.moment import Precision
from fhir.summary.source import Origin


class Line(Protocol):
    """What comes from somewhere."""

    @property
    def origin(self) -> Origin:
        """Where it comes from, and when."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines in their order; `origin` is that of them all, None where each says its own."""

    origin: Origin | None
    lines: list[Any]


def runs(lines: Iterable[Line]) -> list[Run]:
    """The runs of some lines, in their order."""
    made: list[Run] = []
    for origin, found in _alike(lines):
        if origin is None and made and made[-1].origin is None:
            made[-1].lines.extend(found)
        else:
            made.append(Run(origin, found))
    return made


def _alike(lines: Iterable[Line]) -> Iterator[tuple[Origin | None, list[Line]]]:
    for _, group in groupby(lines, lambda line: _told(line.origin)):
        found = list(group)
        yield (found[0].origin if len(found) > 1 else None), found


def _told(origin: Origin) -> tuple[str | None, date | None, Precision | None]:
    when = origin.when
    if when is None:
        return origin.organization, None, None
    return origin.organization, when.day, min(when.precision, Precision.DAY)
