"""Comparison of mothers, by name: as a contact says, the maiden name, or 张三之女."""

from fhir.matching.features import Features

LEVELS = ("same", "different", "missing")
SAME, DIFFERENT, MISSING = range(len(LEVELS))


def compare(one: Features, other: Features) -> int:
    """The level of two records."""
    if not one.mothers or not other.mothers:
        return MISSING
    return DIFFERENT if one.mothers.isdisjoint(other.mothers) else SAME
