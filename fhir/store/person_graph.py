"""Persons as a transaction sees them: who is one person with whom, under which numbers, kept apart from whom.

Read once for all whom a decision is about, and joined in memory as the decision goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


class PersonGraph:
    """Some persons, each a set of Patients."""

    def __init__(self, linked: Iterable[Row], held: Iterable[Row], apart: Iterable[Sequence[str]]) -> None:
        """`linked` rows connect their members, those of numbers are also what these bear; `held` are rows of
        numbers that some bear besides; `apart` are pairs of Patients."""
        self._members: dict[str, set[str]] = {}
        self._numbers: dict[str, set[str]] = {}
        self._apart = {frozenset(pair) for pair in apart}
        for row in linked:
            for member in row["members"]:
                self.join(row["members"][0], member)
                if "link" not in row:
                    self._numbers.setdefault(member, set()).add(str(row["_id"]))
        for row in held:
            for member in row["held"]:
                self._numbers.setdefault(member, set()).add(str(row["_id"]))

    def person(self, patient: str) -> set[str]:
        """All Patients of the person of one, itself among them."""
        return self._members.setdefault(patient, {patient})

    def join(self, one: str, other: str) -> None:
        """Two persons are one from now on."""
        first, second = self.person(one), self.person(other)
        if first is not second:
            first |= second
            self._members.update(dict.fromkeys(second, first))

    def numbers(self, patients: Iterable[str]) -> set[str]:
        """The keyed citizen numbers of the persons of `patients`, also those for which they are held."""
        members = {member for patient in patients for member in self.person(patient)}
        return {number for member in members for number in self._numbers.get(member, ())}

    def may_join(self, patients: Sequence[str]) -> bool:
        """May the persons of `patients` become one: without two citizen numbers, and nobody keeps any apart?

        Where a record fits two people that can't be one, it is linked with neither.
        """
        return len(self.numbers(patients)) < 2 and not self.apart(*patients)

    def apart(self, *patients: str) -> bool:
        """Does anybody keep two Patients of their persons apart?"""
        whole = {member for patient in patients for member in self.person(patient)}
        return any(pair <= whole for pair in self._apart)
