r"""Escape sequences: delimiters, hexadecimal data and formatting inside a value.

HL7 v2 chapter 2.7 (Use of escape sequences in text fields). Sequences are decoded once, on a leaf. What is
no sequence of the standard (a lone `\`, a Windows path, a local `\Zxx\`) stays text: nothing is lost.
"""

import re
from functools import lru_cache

from adapters.hl7v2.delimiters import Delimiters

_SEQUENCES = (
    r"(?P<delimiter>[FSTREP])"
    r"|X(?P<hex>(?:[0-9A-Fa-f]{2})+)"
    r"|\.(?:(?P<lines>br|ce|sp) ?\+?(?P<count>\d{0,2})|sk ?\+?(?P<spaces>\d{1,2}))"
    r"|\.(?:fi|nf|(?:in|ti) ?[+-]?\d{1,3})"
    r"|[HN]|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2})?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=64)
def _pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(f"{mark}(?:{_SEQUENCES}){mark}")


def decode(raw: str, delimiters: Delimiters) -> str:
    r"""The text that the leaf value `raw` means: `\T\` becomes `&`, `\.br\` a line feed, and so on."""
    escape = delimiters.escape
    if not escape or escape not in raw:
        return raw
    return _pattern(escape).sub(lambda match: _meaning(match, delimiters), raw)


def _meaning(match: re.Match[str], delimiters: Delimiters) -> str:
    letter, digits, lines, spaces = match.group("delimiter", "hex", "lines", "spaces")
    if letter:
        return _letters(delimiters)[letter] or match.group()
    if digits:
        return _hexadecimal(bytes.fromhex(digits)) or match.group()
    if lines:
        return "\n" * int(match["count"] or 1) if lines == "sp" else "\n"
    return " " * int(spaces or 0)


def _letters(delimiters: Delimiters) -> dict[str, str]:
    return {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        "P": delimiters.truncation,
    }


def _hexadecimal(data: bytes) -> str:
    """The text of the bytes, or nothing when they are none (then the sequence stays as it stands)."""
    for codec in ("utf-8", "gb18030"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        return "" if _CONTROL.search(text) else text
    return ""


@lru_cache(maxsize=64)
def _escapes(delimiters: Delimiters) -> dict[int, str]:
    mark = delimiters.escape
    table = {
        ord(c): f"{mark}{letter}{mark}" for letter, c in _letters(delimiters).items() if c and letter != "P"
    }
    return table | {ord("\r"): f"{mark}X0D{mark}", ord("\n"): f"{mark}.br{mark}"}


def encode(text: str, delimiters: Delimiters) -> str:
    """`text` as a leaf value: delimiters and line ends escaped, so that `decode` gives it back."""
    return text.translate(_escapes(delimiters))
