"""Comparison of citizen numbers (GB 11643): china.md, "Matching persons" rules 1 and 2.

By segments: a number that differs in one place, or in two neighbours, from a valid one and fails its check is
that number mistyped. Two valid numbers are two numbers; the same number may be one's own and the other's
mother's, which is for the judgement to tell.
"""

from fhir.matching.citizen_number import one_slip
from fhir.matching.features import Features

LEVELS = ("same", "slip", "born", "different", "missing")
SAME, SLIP, BORN, DIFFERENT, MISSING = range(len(LEVELS))
_BORN = slice(6, 14)


def compare(one: Features, other: Features) -> int:
    """The level of two records; `born` is that two differ and tell the same birth date."""
    if one.number and other.number and one.number != other.number:
        return BORN if one.number[_BORN] == other.number[_BORN] else DIFFERENT
    if one.valid & other.valid:
        return SAME
    if not one.shaped or not other.shaped:
        return MISSING
    if one.shaped & other.shaped or any(one_slip(a, b) for a in one.shaped for b in other.shaped):
        return SLIP
    return DIFFERENT
