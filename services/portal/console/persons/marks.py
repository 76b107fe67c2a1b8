"""Marks: two texts side by side, and where they differ.

Issue 6. A citizen number and a telephone are masked (security-and-scale.md, line 33) but for the digits in
which the two differ: those are what a clerk has to see.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from fhir.matching.name import BLANK, dialect, similar
from fhir.search.names.fold import fold_name
from fhir.search.names.pinyin import is_chinese, readings, surname_length, surname_readings
from services.portal.console.persons.likeness import Slip


class Piece(NamedTuple):
    """A part of a text; `apart` where the other text has something else, `term` where it is a msgid."""

    text: str
    apart: bool = False
    term: bool = False


Line = tuple[Piece, ...]
_AREA, _BORN, _SEQUENCE = 6, 14, 17
_SHOWN_FIRST, _SHOWN_LAST, _NUMBER = 6, 4, 18
_PHONE, _PHONE_LAST, _PHONE_HIDDEN = 11, 4, 8


def texts(one: str, other: str) -> tuple[Line, Line]:
    """Two texts, with what the other has not."""
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        apart = tag != "equal"
        left += [Piece(one[a:b], apart)] if b > a else []
        right += [Piece(other[c:d], apart)] if d > c else []
    return tuple(left), tuple(right)


def nearest(text: str, others: Sequence[str]) -> str:
    """That one of `others` which is most like a text; none where there are none."""
    return max(others, key=lambda each: SequenceMatcher(None, text, each).ratio(), default="")


def number(own: str, other: str) -> Line:
    """A citizen number by its segments: area, birth date, sequence, check digit."""
    if len(own) != _NUMBER:
        return (Piece("*" * max(len(own) - 2, 0) + own[-2:], bool(other)),)
    apart = [len(other) == _NUMBER and digit != other[at] for at, digit in enumerate(own)]
    shown = [
        digit if apart[at] or not _SHOWN_FIRST <= at < _NUMBER - _SHOWN_LAST else "*"
        for at, digit in enumerate(own)
    ]
    for cut in (_SEQUENCE, _BORN, _AREA):
        shown.insert(cut, " ")
        apart.insert(cut, False)
    return _run(shown, apart)


def phone(own: str, others: Sequence[str]) -> Line:
    """A telephone; where one of `others` differs from it by a slip, the digits of that are shown."""
    if own in others or len(own) < _PHONE:
        return _run(list(_masked(own)), [False] * len(own))
    near = next((each for each in others if len(each) == len(own) and _few(own, each)), "")
    apart = [bool(near) and digit != near[at] for at, digit in enumerate(own)]
    return _run([own[at] if apart[at] else digit for at, digit in enumerate(_masked(own))], apart)


def _few(one: str, other: str) -> bool:
    return 0 < sum(a != b for a, b in zip(one, other, strict=True)) <= 2


def _masked(digits: str) -> str:
    if len(digits) < _PHONE:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return digits[:-_PHONE_HIDDEN] + "****" + digits[-_PHONE_LAST:]


def _run(shown: Sequence[str], apart: Sequence[bool]) -> Line:
    pieces: list[Piece] = []
    for digit, differs in zip(shown, apart, strict=True):
        if pieces and pieces[-1].apart == differs:
            pieces[-1] = Piece(pieces[-1].text + digit, differs)
        else:
            pieces.append(Piece(digit, differs))
    return tuple(pieces)


def spelled(name: str) -> str:
    """The usual pinyin of a Chinese name; nothing of another."""
    plain = fold_name(name)
    if not is_chinese(plain):
        return ""
    cut = surname_length(plain) if len(plain) <= 4 else 0
    syllables = (*(surname_readings(plain[:cut])[0] if cut else ()), *readings(plain[cut:])[0])
    return " ".join(syllables)


def slip(one: str, other: str) -> Slip | None:
    """How two names are alike that differ in one character which is easily taken for the other's."""
    if len(one) != len(other):
        return None
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) != 1 or not similar(*apart[0]):
        return None
    if BLANK in apart[0]:
        return Slip.BLANK
    a, b = ({dialect(reading) for reading in readings(each)} for each in apart[0])
    return Slip.SOUND if a & b else Slip.LOOK
