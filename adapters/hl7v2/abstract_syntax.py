"""Abstract message syntax: whether the segments stand where their message structure wants them.

HL7 v2 chapter 2.12 (message structures), by hl7apy's tables, with a walk of our own: hl7apy's loses
segments. Z segments may stand anywhere. What stands out of place is told once and set aside, so that one
fault does not cause ten.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from adapters.hl7v2.error import Error, Location

FAULTS = 20
"""So many misplaced segments are told; a message with more has another structure altogether."""


class Node(NamedTuple):
    """A segment or a group: its name, how often, what is inside, and whether one of that is enough."""

    name: str
    least: int
    most: int
    inner: tuple["Node", ...]
    choice: bool = False

    @property
    def begins(self) -> frozenset[str]:
        """The segments that it can begin with."""
        if not self.inner:
            return frozenset((self.name,))
        found: frozenset[str] = frozenset()
        for node in self.inner:
            found |= node.begins
            if node.least and not self.choice:
                break
        return found

    @property
    def names(self) -> frozenset[str]:
        """Every segment that it can hold."""
        return (
            frozenset((self.name,))
            if not self.inner
            else frozenset().union(*(one.names for one in self.inner))
        )

    @property
    def first(self) -> str:
        """The segment to name when it is missing."""
        required = next((one for one in self.inner if one.least), None)
        return required.first if required else self.inner[0].first if self.inner else self.name


def compile_structure(reference: Any) -> tuple[Node, ...]:
    """The nodes of hl7apy's reference of a message or of a group."""
    return tuple(
        Node(
            name,
            least,
            most,
            compile_structure(inner) if kind == "GRP" else (),
            kind == "GRP" and inner[0] == "choice",
        )
        for name, inner, (least, most), kind in reference[1]
    )


def check_order(nodes: Sequence[Node], names: Sequence[str]) -> list[Error]:
    """The findings on a message whose segments are called `names`."""
    known = frozenset().union(*(node.names for node in nodes))
    places = [(name, names[: index + 1].count(name)) for index, name in enumerate(names)]
    placed = [place for place in places if not place[0].startswith("Z")]
    found = [Error("segment-unexpected", Location(*place)) for place in placed if place[0] not in known]
    placed = [place for place in placed if place[0] in known]
    for _ in range(FAULTS):
        missing: list[Error] = []
        reached = _match(nodes, [name for name, _ in placed], 0, missing)
        if reached == len(placed):
            return found + missing
        found.append(Error("segment-unexpected", Location(*placed.pop(reached))))
    return found


def _match(nodes: Sequence[Node], names: list[str], start: int, missing: list[Error]) -> int:
    """How far the segments from `start` follow `nodes`."""
    for node in nodes:
        count = 0
        while start < len(names) and names[start] in node.begins and (node.most < 0 or count < node.most):
            inner = [one for one in node.inner if names[start] in one.begins] if node.choice else node.inner
            start = _match(inner, names, start, missing) if inner else start + 1
            count += 1
        if count < node.least:
            missing.append(Error("segment-missing", Location(node.first, 1)))
    return start
