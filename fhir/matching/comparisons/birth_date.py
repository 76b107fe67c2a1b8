"""Comparison of birth dates (`fhir.matching.birth`)."""

from fhir.matching.birth import DIFFERENT, LEVELS, LUNAR, MISSING, NEAR, SAME, SLIP, TURNED, YEAR, agreement
from fhir.matching.features import Features

__all__ = ["DIFFERENT", "LEVELS", "LUNAR", "MISSING", "NEAR", "SAME", "SLIP", "TURNED", "YEAR", "compare"]


def compare(one: Features, other: Features) -> int:
    """The level of two records."""
    if one.birth is None or other.birth is None:
        return MISSING
    return agreement(one.birth, other.birth)
