"""Batch answer: the acknowledgements of a batch, in a batch of their own.

HL7 v2 chapter 2.10.3.2 (Acknowledging batches). Each message is acknowledged alone, in its own character set;
BHS-12 refers to BHS-11 of the batch. A trailer that counts something else is told by one more
acknowledgement, whose MSA-2 is BHS-11 and whose ERR names the trailer: the messages are kept all the same.
"""

from collections.abc import Sequence
from datetime import datetime

from adapters.hl7v2.ack import acknowledge
from adapters.hl7v2.batch import Batch, Part
from adapters.hl7v2.charset import CharsetError, decode, encode
from adapters.hl7v2.delimiters import USUAL, Delimiters
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment

_NONE = Part(b"BHS", b"BHS|^~\\&\r", b"")


def answer(batch: Batch, replies: Sequence[bytes | None], received_at: datetime, control_id: str) -> bytes:
    """The answer to `batch`, whose messages were answered by `replies` (None: no acknowledgement wanted)."""
    waiting = list(replies)
    groups: list[tuple[Part, list[bytes]]] = []
    outer = next((part for part in batch.parts if part.name == b"FHS"), None)
    for part in batch.parts:
        if part.name == b"BHS" or (part.name in (b"", b"MSH") and not groups):
            groups.append((part if part.name == b"BHS" else outer or _NONE, []))
        if part.name in (b"", b"MSH"):
            reply = waiting.pop(0)
            groups[-1][1].extend([] if reply is None else [reply])
    groups = groups or [(outer or _NONE, [])]
    faults = _faults(batch, groups[-1][0], received_at, control_id)
    groups[-1][1].extend(faults)
    lines = [
        _envelope(b"BHS", head, received_at, f"{control_id}B{number}")
        + b"".join(inner)
        + b"BTS" + _separator(head) + str(len(inner)).encode() + b"\r"
        for number, (head, inner) in enumerate(groups, 1)
    ]  # fmt: skip
    if outer is None:
        return b"".join(lines)
    last = b"FTS" + _separator(outer) + str(len(groups)).encode() + b"\r"
    return _envelope(b"FHS", outer, received_at, control_id) + b"".join(lines) + last


def _faults(batch: Batch, head: Part, received_at: datetime, control_id: str) -> list[bytes]:
    if not batch.errors:
        return []
    segment, charset = _header(head)
    separator = segment.delimiters.field
    fields = [segment[n].raw for n in range(3, 7)]
    encoding = segment.delimiters.encoding_characters
    header = ["MSH", encoding, *fields, "", "", "", segment[11].raw, "P", "2.5.1"]
    errors = [error._replace(severity="E") for error in batch.errors]
    text = acknowledge(Message.parse(separator.join(header)), errors, received_at, f"{control_id}E")
    return [encode(text or "", charset)]


def _envelope(name: bytes, head: Part, received_at: datetime, control_id: str) -> bytes:
    """FHS or BHS of the answer: the sender is the receiver now, and field 12 names what is answered."""
    segment, charset = _header(head)
    moment = f"{received_at:%Y%m%d%H%M%S%z}"
    swapped = [segment[n].raw for n in (5, 6, 3, 4)]
    fields = [name.decode(), segment.delimiters.encoding_characters, *swapped, moment, "", "", "", control_id]
    return encode(segment.delimiters.field.join([*fields, segment[11].raw]) + "\r", charset)


def _header(part: Part) -> tuple[Segment, str]:
    """BHS or FHS as a segment, and its character set."""
    try:
        decoded = decode(part.text)
    except CharsetError:
        return Segment("BHS|^~\\&", USUAL), "UTF-8"
    line = decoded.text.splitlines()[0] if decoded.text else "BHS"
    return Segment(line, Delimiters.of_header(line)), decoded.charset


def _separator(part: Part) -> bytes:
    return _header(part)[0].delimiters.field.encode()
