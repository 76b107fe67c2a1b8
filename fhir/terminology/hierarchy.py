"""Hierarchy: which concepts of a code system subsume which.

FHIR R4 codesystem.html 4.8.9 (hierarchy) and CodeSystem.hierarchyMeaning. Nested concepts, and the
properties `parent`, `child` and `subsumedBy`, all say the same; a concept may have several parents.
"""

from collections import deque
from collections.abc import Iterable, Mapping


class Hierarchy:
    """The relation is-a between codes; a cycle in it does no harm."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """From (parent, child)."""
        self.parents: dict[str, list[str]] = {}
        self.children: dict[str, list[str]] = {}
        for parent, child in dict.fromkeys(pairs):
            self.parents.setdefault(child, []).append(parent)
            self.children.setdefault(parent, []).append(child)

    def __bool__(self) -> bool:
        """Is there any relation?"""
        return bool(self.parents)

    def above(self, code: str) -> dict[str, None]:
        """All that subsume `code`, nearest first, itself not among them."""
        return _reached(code, self.parents)

    def below(self, code: str) -> dict[str, None]:
        """All that `code` subsumes, itself not among them."""
        return _reached(code, self.children)


def _reached(start: str, edges: Mapping[str, list[str]]) -> dict[str, None]:
    found: dict[str, None] = {}
    waiting = deque(edges.get(start, ()))
    while waiting:
        code = waiting.popleft()
        if code != start and code not in found:
            found[code] = None
            waiting += edges.get(code, ())
    return found
