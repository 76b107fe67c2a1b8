"""Section: the lines under one heading, and what an empty one means.

IPS 2.0: an empty mandatory section must say whether nothing is known or nothing exists ("none known").
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

from fhir.resource import Resource
from fhir.summary.moment import Moment, latest
from fhir.summary.source import Origin

T = TypeVar("T")


class Emptiness(Enum):
    """Why a section has no lines."""

    NONE_KNOWN = "none-known"
    NO_DATA = "no-data"


@dataclass(frozen=True)
class Section(Generic[T]):
    """Current lines, earlier lines, and who asserted that there are none (`denials`: in which resources)."""

    current: list[T] = field(default_factory=list)
    earlier: list[T] = field(default_factory=list)
    denied: list[Origin] = field(default_factory=list)
    denials: list[Resource] = field(default_factory=list)

    @property
    def emptiness(self) -> Emptiness | None:
        """None where there are current lines; "none known" only where a source said so."""
        if self.current:
            return None
        return Emptiness.NONE_KNOWN if self.denied else Emptiness.NO_DATA


def standing(
    denials: Iterable[Resource], when: Callable[[Resource], Moment | None], lines: Iterable[Moment | None]
) -> list[Resource]:
    """Those denials after which, by the dates of the lines, nothing was recorded, or nobody can tell."""
    said_so = list(denials)
    newest = latest(lines) if said_so else None
    return [
        each for each in said_so if newest is None or (said := when(each)) is None or said.day >= newest.day
    ]
