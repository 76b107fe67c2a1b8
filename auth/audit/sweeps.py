"""Sweeps: looks at many files that no care explains, found by their pattern in the audit.

security-and-scale.md, line 39: many patients, the same surname, neighbours, colleagues, the famous. What is
found is a question for a privacy officer and no verdict; `strong` is what is asked about at once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

FILE = 5
"""A record about more Patients than this is a list and not a look at a file."""


class Sign(StrEnum):
    """What the pattern is."""

    MANY = "many"
    LISTS = "lists"
    SURNAME = "surname"
    NEIGHBOURS = "neighbours"
    COLLEAGUES = "colleagues"
    FAMOUS = "famous"


LIMITS = {
    Sign.MANY: (40, 80),
    Sign.LISTS: (300, 1000),
    Sign.SURNAME: (5, 8),
    Sign.NEIGHBOURS: (4, 6),
    Sign.COLLEAGUES: (1, 3),
    Sign.FAMOUS: (1, 1),
}
"""How many persons within an hour are a finding, and how many a strong one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a Patient; `person` is the same for all Patients of one person."""

    person: str
    surname: str = ""
    address: str = ""
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign at one person who looked, and the Patients of it."""

    sign: Sign
    patients: tuple[str, ...]
    count: int

    @property
    def strong(self) -> bool:
        """Must somebody be asked at once?"""
        return self.count >= LIMITS[self.sign][1]


def findings(
    looks: Sequence[Sequence[str]],
    known: Mapping[str, Known],
    famous: frozenset[str],
    proposed: Collection[str] = (),
) -> list[Finding]:
    """The signs in one person's records of an hour, in their order; each is the Patients that it is about.

    Whoever was `proposed` to him by a work list is not of his choosing: how many they are, and that they
    share a surname or a house, is no sign.
    """
    files = [patient for patients in looks if len(patients) <= FILE for patient in patients]
    listed = {patient for patients in looks if len(patients) > FILE for patient in patients}
    facts = [(patient, known.get(patient) or Known(patient)) for patient in dict.fromkeys(files)]
    chosen = [(patient, fact) for patient, fact in facts if patient not in proposed]
    staff = [(patient, fact) for patient, fact in facts if fact.staff]
    guarded = [(patient, fact) for patient, fact in facts if patient in famous]
    found = [
        _finding(Sign.MANY, chosen),
        _finding(Sign.LISTS, [(patient, Known(patient)) for patient in sorted(listed)]),
        _finding(Sign.SURNAME, _run(chosen)),
        _finding(Sign.NEIGHBOURS, _same_address(chosen)),
        _finding(Sign.COLLEAGUES, staff),
        _finding(Sign.FAMOUS, guarded),
    ]
    return [each for each in found if each is not None]


_Facts = Sequence[tuple[str, Known]]


def _finding(sign: Sign, facts: _Facts) -> Finding | None:
    persons = {fact.person for _, fact in facts}
    if len(persons) < LIMITS[sign][0]:
        return None
    return Finding(sign, tuple(patient for patient, _ in facts), len(persons))


def _run(facts: _Facts) -> _Facts:
    """The longest run of persons with one surname."""
    runs = [list(group) for surname, group in groupby(facts, lambda each: each[1].surname) if surname]
    return max(runs, key=_persons, default=[])


def _same_address(facts: _Facts) -> _Facts:
    """Those of the address that most persons share."""
    persons = {fact.person: fact.address for _, fact in facts if fact.address}
    address, _ = max(Counter(persons.values()).items(), key=lambda each: each[1], default=("", 0))
    return [each for each in facts if address and each[1].address == address]


def _persons(facts: Iterable[tuple[str, Known]]) -> int:
    return len({fact.person for _, fact in facts})
