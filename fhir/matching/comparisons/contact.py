"""Comparison of telephone and address together: a family shares both, so they are one piece of evidence.

`both`, `phone` and `house` are whole agreements; `digit`: a telephone number with one slip; `district`: no
more than that. A telephone that many share (a village doctor's) is none: `busy` says which.
"""

from collections.abc import Container

from fhir.matching.citizen_number import one_slip
from fhir.matching.features import Features

LEVELS = ("both", "phone", "house", "digit", "district", "different", "missing")
BOTH, PHONE, HOUSE, DIGIT, DISTRICT, DIFFERENT, MISSING = range(len(LEVELS))


def compare(one: Features, other: Features, busy: Container[str] = ()) -> int:
    """The level of two records."""
    shared = one.phones & other.phones
    phone = any(number not in busy for number in shared)
    if one.address and one.address == other.address and one.address not in busy:
        return BOTH if phone else HOUSE
    if phone:
        return PHONE
    if one.phones and other.phones and not shared and _slip(one, other):
        return DIGIT
    if one.district and one.district == other.district:
        return DISTRICT
    told = (one.phones and other.phones and not shared) or (one.district and other.district)
    return DIFFERENT if told else MISSING


def _slip(one: Features, other: Features) -> bool:
    return any(len(a) == len(b) and one_slip(a, b) for a in one.phones for b in other.phones)
