"""Sequence number protocol: whether a message is the next one of its source.

HL7 v2 chapter 2.10.1 (MSH-13, MSA-4). Only for sources that number their messages. The number that counts is
that of the message accepted last: the caller keeps it with the stored message, and none with a refused one.
"""

from enum import Enum
from typing import NamedTuple

from adapters.hl7v2.message import Message


class Place(Enum):
    """Where a message stands in the numbering of its source."""

    UNNUMBERED = "unnumbered"
    RESTART = "restart"
    RESYNCHRONIZATION = "resynchronization"
    NEXT = "next"
    DUPLICATE = "duplicate"
    AHEAD = "ahead"


class Verdict(NamedTuple):
    """The place, the last number to keep, and the number to expect (MSA-4); None without numbering."""

    place: Place
    last: int | None
    expected: int | None


def awaited(last: int | None) -> int:
    """The number to expect (MSA-4) after that of the message accepted last; -1 where any may come."""
    return -1 if last is None or last < 0 else last + 1


def judge(sent: str, last: int | None) -> Verdict:
    """The place of a message whose MSH-13 is `sent`, after the number `last` (None: none seen yet).

    `AHEAD` is to be refused (text key `sequence-number`): messages between are missing.
    """
    digits = sent.strip()
    if digits == "-1":
        return Verdict(Place.RESYNCHRONIZATION, -1, awaited(-1))
    if not (digits.isascii() and digits.isdigit()):
        return Verdict(Place.UNNUMBERED, last, None)
    number = int(digits)
    if number == 0:
        return Verdict(Place.RESTART, 0, awaited(0))
    if awaited(last) in (-1, number):
        return Verdict(Place.NEXT, number, awaited(number))
    place = Place.DUPLICATE if last is not None and number <= last else Place.AHEAD
    return Verdict(place, last, awaited(last))


def opens_link(message: Message) -> bool:
    """Does the message only start a link or number it anew? It has no type and no content (2.17.3)."""
    header = message.header
    return len(message.segments) == 1 and not header[9] and header[13].value.strip() in ("0", "-1")
