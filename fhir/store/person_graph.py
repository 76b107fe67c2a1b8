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
        self._bearers: dict[str, Sequence[str]] = {}
        self._held: list[tuple[str, str]] = []
        for row in linked:
            for member in row["members"]:
                self.join(row["members"][0], member)
            if "link" not in row:
                self._bearers[str(row["_id"])] = row["members"]
                self._bear(row["members"], str(row["_id"]))
        for row in held:
            self._held += [(member, str(row["_id"])) for member in row["held"]]
            self._bear(row["held"], str(row["_id"]))

    def _bear(self, members: Iterable[str], number: str) -> None:
        for member in members:
            self._numbers.setdefault(member, set()).add(number)

    def bears(self, patient: str) -> bool:
        """Does a Patient bear a citizen number of its own, or is held for one?"""
        return patient in self._numbers

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

    def may_link(self, patients: Sequence[str]) -> bool:
        """May they without a clerk: is besides nobody held for a number that another of them bears?"""
        return self.may_join(patients) and not self._lent(patients)

    def _lent(self, patients: Iterable[str]) -> bool:
        """Would who bears a number and who is held for it become one person?"""
        whole = {member for patient in patients for member in self.person(patient)}
        return any(
            bearer in whole and bearer not in self.person(held)
            for held, number in self._held
            if held in whole
            for bearer in self._bearers.get(number, ())
        )

    def apart(self, *patients: str) -> bool:
        """Does anybody keep two Patients of their persons apart?"""
        whole = {member for patient in patients for member in self.person(patient)}
        return any(pair <= whole for pair in self._apart)
