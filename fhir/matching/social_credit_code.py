"""Unified social-credit code (GB 32100-2015): 18 characters, the last a check character.

It names an institution; six of its characters are the area that registered it, nine its organisation code.
"""

import re
import unicodedata

SYSTEM = "urn:furong:identifier:GB32100"

_FORM = re.compile(r"[159Y][1239][0-9]{6}[0-9A-Z]{9}[0-9A-Z*]")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def normalise(text: str) -> str:
    """Full-width and small characters and spaces are habits of typing, not faults."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_character(first_17: str) -> str:
    """The 18th character for the first 17; ValueError where I, O, S, V or Z is among them."""
    values = map(_ALPHABET.index, first_17)
    total = sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))
    return _ALPHABET[-total % 31]


def valid(text: str) -> str | None:
    """The code as it is stored, or None where it can't be one."""
    code = normalise(text)
    if not _FORM.fullmatch(code) or not set(code) <= set(_ALPHABET):
        return None
    return code if code[17] == check_character(code[:17]) else None
