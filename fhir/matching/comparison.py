"""Comparison vector: the levels of all features of two records.

Fellegi and Sunter 1969. `fhir/matching/comparisons/` holds one file for each feature.
"""

from collections.abc import Container
from types import MappingProxyType
from typing import NamedTuple

from fhir.matching.comparisons import birth_date, card, citizen_number, contact, mother, name, sex
from fhir.matching.features import Features


class Levels(NamedTuple):
    """Each a place in the `LEVELS` of its comparison."""

    number: int
    name: int
    birth: int
    sex: int
    contact: int
    card: int
    mother: int

    @property
    def words(self) -> dict[str, str]:
        """The names of the levels by feature, but for what is missing."""
        named = {feature: LEVELS[feature][level] for feature, level in self._asdict().items()}
        return {feature: level for feature, level in named.items() if level != "missing"}


LEVELS = MappingProxyType(
    {
        "number": citizen_number.LEVELS,
        "name": name.LEVELS,
        "birth": birth_date.LEVELS,
        "sex": sex.LEVELS,
        "contact": contact.LEVELS,
        "card": card.LEVELS,
        "mother": mother.LEVELS,
    }
)


def compare(one: Features, other: Features, busy: Container[str] = ()) -> Levels:
    """The comparison vector of two records; `busy` telephones and addresses are shared by many."""
    return Levels(
        citizen_number.compare(one, other),
        name.compare(one, other),
        birth_date.compare(one, other),
        sex.compare(one, other),
        contact.compare(one, other, busy),
        card.compare(one, other),
        mother.compare(one, other),
    )
