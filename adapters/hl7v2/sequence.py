"""Sequence number protocol: whether a message is the next one of its source.

HL7 v2 chapter 2.10.1 (MSH-13, MSA-4). Only for sources that number their messages; the last number is kept
with the stored message by the caller.
"""

from enum import Enum
from typing import NamedTuple


class Place(Enum):
    """Where a message stands in the numbering of its source."""

    UNNUMBERED = "unnumbered"
    RESTART = "restart"
    NEXT = "next"
    DUPLICATE = "duplicate"
    AHEAD = "ahead"


class Verdict(NamedTuple):
    """The place, the last number to keep, and the number to expect (MSA-4); None without numbering."""

    place: Place
    last: int | None
    expected: int | None


def judge(sent: str, last: int | None) -> Verdict:
    """The place of a message whose MSH-13 is `sent`, after the number `last` (None: none seen yet).

    `AHEAD` is to be refused (text key `sequence-number`): messages between are missing.
    """
    digits = sent.strip()
    if not (digits.isascii() and digits.isdigit()):
        return Verdict(Place.UNNUMBERED, last, None)
    number = int(digits)
    if number == 0:
        return Verdict(Place.RESTART, 0, 1)
    if last is None or number == last + 1:
        return Verdict(Place.NEXT, number, number + 1)
    return Verdict(Place.DUPLICATE if number <= last else Place.AHEAD, last, last + 1)
