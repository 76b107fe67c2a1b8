"""Clusters: records that links make one person, as long as no person gets two citizen numbers.

china.md, "Matching persons" rule 7: a chain of links must not join what two valid numbers, or a clerk, keep
apart.
"""

from collections.abc import Sequence

from fhir.matching.features import Features


class Clusters:
    """Disjoint sets of records by their positions; each knows the one citizen number that it has."""

    def __init__(self, records: Sequence[Features]) -> None:
        self._parent = list(range(len(records)))
        self._number = [record.number for record in records]
        self._apart: dict[int, set[int]] = {}

    def find(self, at: int) -> int:
        """The record that stands for the cluster of another."""
        parent = self._parent
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    def number(self, at: int) -> str:
        """The citizen number of the cluster of a record, empty where none tells one."""
        return self._number[self.find(at)]

    def keep_apart(self, one: int, other: int) -> None:
        """Never join the clusters of two records that are not one yet."""
        a, b = self.find(one), self.find(other)
        if a != b:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def join(self, one: int, other: int) -> bool:
        """Make two clusters one; False where they are kept apart and stay as they are."""
        a, b = self.find(one), self.find(other)
        if a == b:
            return True
        first, second = self._number[a], self._number[b]
        if (first and second and first != second) or b in self._apart.get(a, ()):
            return False
        self._parent[b] = a
        self._number[a] = first or second
        for each in self._apart.pop(b, ()):
            self._apart[each].discard(b)
            self._apart[each].add(a)
            self._apart.setdefault(a, set()).add(each)
        return True

    def groups(self) -> list[list[int]]:
        """All clusters, as positions of their records."""
        found: dict[int, list[int]] = {}
        for at in range(len(self._parent)):
            found.setdefault(self.find(at), []).append(at)
        return list(found.values())
