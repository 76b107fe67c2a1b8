"""Comparison of numbers that a person keeps: electronic health card and health-file number (china.md)."""

from fhir.matching.features import Features

LEVELS = ("same", "different", "missing")
SAME, DIFFERENT, MISSING = range(len(LEVELS))


def compare(one: Features, other: Features) -> int:
    """The level of two records; different only where both have a number of one kind."""
    if not one.cards or not other.cards:
        return MISSING
    if one.cards & other.cards:
        return SAME
    kinds = ({card.partition("|")[0] for card in each.cards} for each in (one, other))
    return DIFFERENT if set.intersection(*kinds) else MISSING
