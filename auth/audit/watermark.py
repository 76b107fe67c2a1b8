"""Invisible watermark: the id of an audit record in characters that take no room, and how it is read again.

GB/T 22239-2019 level 3, 8.1.4; security-and-scale.md, line 34. Each of 80 characters stands for two bits: the
record's id, and 32 bits of a keyed hash of it, so that nobody else can make one that accuses somebody.
"""

import base64
import html
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

_SIGNS = "\u200b\u200c\u200d\u2060"
"""Zero width space, non-joiner and joiner; word joiner (Unicode 16, chapter 23)."""
_ID, _TAG = 16, 4
_LENGTH = (_ID + _TAG) * 4
_RUN = re.compile(f"[{_SIGNS}]{{{_LENGTH}}}")
Keyed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Watermark:
    """What a text carries: the id of an audit record, and whether this platform has put it there."""

    record: str
    genuine: bool


def code(record: str, keyed: Keyed) -> str:
    """The characters for the record of this id."""
    number = int.from_bytes(uuid.UUID(record).bytes + _tag(record, keyed))
    return "".join(_SIGNS[number >> shift & 3] for shift in range(2 * _LENGTH - 2, -1, -2))


def watermarks(text: str, keyed: Keyed) -> list[Watermark]:
    """Every different watermark in a text or page, in its order."""
    return list(dict.fromkeys(_read(run, keyed) for run in _RUN.findall(html.unescape(text))))


def _read(run: str, keyed: Keyed) -> Watermark:
    number = 0
    for sign in run:
        number = number << 2 | _SIGNS.index(sign)
    raw = number.to_bytes(_ID + _TAG)
    record = str(uuid.UUID(bytes=raw[:_ID]))
    return Watermark(record, raw[_ID:] == _tag(record, keyed))


def _tag(record: str, keyed: Keyed) -> bytes:
    return base64.urlsafe_b64decode(keyed(f"watermark\0{record}"))[:_TAG]
