"""Batch: the messages of a file or of a batch, each to be read and acknowledged alone.

HL7 v2 chapter 2.10.3 (Batch protocol): [FHS] { [BHS] { MSH … } [BTS] } [FTS]. Cut as bytes, because every
message has its own character set; the first byte of a line is never part of a character.
"""

import re
from typing import NamedTuple

from adapters.hl7v2.error import Error, Location

_LINE = re.compile(
    rb"(?:\A(?:\xef\xbb\xbf)?|(?<=[\r\n\v]))[ \t]*"
    rb"(?P<name>MSH|FHS|BHS|BTS|FTS)(?:(?P<mark>[!-/:-@\[-`{-~])|(?=[ \t]*(?:[\r\n]|\Z)))"
)
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")
_FRAME = b"\x1c\r\n\v \t"
_NUMBER = re.compile(rb"[ \t]*(\d{1,9})")


class Part(NamedTuple):
    """One message, header or trailer; the name is empty where something unreadable stands."""

    name: bytes
    text: bytes
    first_field: bytes


class Batch(NamedTuple):
    """The messages in order, what the trailers say that is not so, and the parts (none: no batch at all)."""

    messages: tuple[bytes, ...]
    errors: tuple[Error, ...] = ()
    parts: tuple[Part, ...] = ()


def split(raw: bytes) -> Batch:
    """Every message of `raw`; one message alone, or something unreadable, is a batch of one, as it stands.

    What stands before the first of several is given out too, so that it is refused and not overlooked.
    """
    if _is_plain(raw):
        return Batch((raw,))
    parts = _parts(raw)
    if [part.name for part in parts] in ([], [b"MSH"]):
        return Batch((raw,))
    messages = tuple(part.text for part in parts if part.name in (b"", b"MSH"))
    return Batch(messages, tuple(_errors(parts)), tuple(parts))


def _is_plain(raw: bytes) -> bool:
    """Is it one message beyond doubt? Said in a few microseconds, since nearly all are."""
    begins = raw[:64].lstrip(b"\xef\xbb\xbf" + _FRAME).startswith(b"MSH")
    return begins and raw.count(b"MSH") == 1 and not any(name in raw for name in _ENVELOPE)


def _parts(raw: bytes) -> list[Part]:
    starts = list(_LINE.finditer(raw))
    ends = [start.start() for start in starts[1:]] + [len(raw)]
    before = raw[: starts[0].start()].strip(_FRAME) if starts else b""
    parts = [Part(b"", before, b"")] if before else []
    for start, end in zip(starts, ends, strict=False):
        text = raw[start.start("name") : end].rstrip(_FRAME)
        number = _NUMBER.match(raw, start.end()) if start["mark"] else None
        parts.append(Part(start["name"], text + b"\r", number[1] if number else b""))
    return parts


def _errors(parts: list[Part]) -> list[Error]:
    """Trailers whose count (BTS-1 messages, FTS-1 batches) is not what was sent.

    A batch may lack its BHS and its BTS; the sender of one that lacks both may have counted it or not.
    """
    messages = marked = bare = trailers = 0
    begun = False
    errors = []
    for part in parts:
        if part.name == b"MSH":
            messages += 1
        elif part.name == b"BHS":
            bare += bool(messages) and not begun
            marked += 1
            messages, begun = 0, True
        elif part.name == b"BTS":
            trailers += 1
            marked += not begun
            if part.first_field and int(part.first_field) != messages:
                errors.append(Error("batch-count", Location("BTS", trailers, 1), "W"))
            messages, begun = 0, False
        elif part.name == b"FTS" and part.first_field:
            bare += bool(messages) and not begun
            if int(part.first_field) not in (marked, marked + bare):
                errors.append(Error("batch-count", Location("FTS", 1, 1), "W"))
    return errors
