"""Comparison of administrative sex (GB/T 2261.1): what is unknown or not stated says nothing."""

from fhir.matching.features import Features

LEVELS = ("same", "different", "missing")
SAME, DIFFERENT, MISSING = range(len(LEVELS))


def compare(one: Features, other: Features) -> int:
    """The level of two records."""
    if not one.sex or not other.sex:
        return MISSING
    return SAME if one.sex == other.sex else DIFFERENT
