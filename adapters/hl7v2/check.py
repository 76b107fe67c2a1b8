"""Check: what is wrong with a message before anybody maps it.

HL7 v2 chapter 2.9.2 (Response using the original and enhanced processing rules) and table 0357. Hospitals
send half-right HL7: what a reader can live with is a warning, and only a strict source has it refused.
"""

import re
from collections.abc import Collection, Iterator

from adapters.hl7v2 import prior, query, timestamp
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.placeholder import is_placeholder
from adapters.hl7v2.segment import Segment
from adapters.hl7v2.structure import event_of, events, types

_VERSION = re.compile(r"2\.[1-9](?:\.\d{1,2})*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)

# Segments without which the message says nothing about a patient (E), or less than it should (W).
_REQUIRED = {
    "ADT": {"PID": "E", "EVN": "W"},
    "ORU": {"PID": "E", "OBR": "E"},
    "RDE": {"PID": "E", "RXE": "E", "ORC": "W"},
    "VXU": {"PID": "E", "RXA": "E"},
    "ORM": {"PID": "E", "ORC": "E"},
    "OML": {"PID": "E", "ORC": "W", "OBR": "E"},
    "MDM": {"PID": "E", "TXA": "E"},
    "SIU": {"SCH": "E"},
    "RDS": {"PID": "E", "RXD": "E", "ORC": "W"},
    "RAS": {"PID": "E", "RXA": "E", "ORC": "W"},
    "DFT": {"PID": "E", "FT1": "E"},
    "BAR": {"PID": "E"},
    "REF": {"PID": "E", "RF1": "W"},
    "PPR": {"PID": "E", "PRB": "E"},
    "QBP": {"QPD": "E", "RCP": "W"},
    "QCN": {"QID": "E"},
}
_REQUIRED_BY_EVENT = {"ADT^A20": {"NPU": "E"}} | {
    f"ADT^A{event}": {"PID": "E", "MRG": "E"} for event in (18, 30, *range(34, 37), *range(39, 52))
}
_TIMES = {"EVN": (2, 6), "PID": (7, 29), "PV1": (44, 45), "OBR": (7, 22), "OBX": (14,), "RXA": (3,)}
_OF_A_KNOWN_ORDER = frozenset(
    ("CA", "OC", "CR", "UC", "DC", "OD", "DR", "UD", "HD", "OH", "HR", "UH", "RL", "OE")
)
# ORC-1 that cancels, holds or releases an order by its number alone, or can't: its service is known.
_FIELDS = {"OBX": (3,), "OBR": (4,)}
# Codes of tables that HL7 defines (0085, 0123); user-defined tables are the source's own affair.
_CODES = {"OBX": (11, frozenset("ABCDFINOPRSUVWX")), "OBR": (25, frozenset("ACFIMNOPRSXYZ"))}
_OTHER_IDENTIFIERS = (2, 4, 18, 19)


def check(
    message: Message | None,
    supported: Collection[str] | None = None,
    processing_ids: Collection[str] = ("P",),
    strict: bool = False,
) -> list[Error]:
    """The findings on `message` (None: no message could be read), in the order of the message.

    `supported` names pairs such as `"ADT^A01"`; without it every pair that HL7 defines passes.
    `processing_ids` are the allowed values of MSH-11. With `strict` every warning is an error.
    """
    if message is None:
        return [Error("no-header", Location("MSH", 1))]
    found = [*_header(message, supported, processing_ids)]
    if not any(error.rejected for error in found):
        found += [*_segments(message), *_patient(message), *_fields(message)]
        found += [*prior.check(message), *query.check(message)]
    return [error._replace(severity="E") for error in found] if strict else found


def refuses(errors: Collection[Error]) -> bool:
    """Whether any finding refuses the message, that is: is more than a warning."""
    return any(error.severity == "E" for error in errors)


def _header(
    message: Message, supported: Collection[str] | None, processing_ids: Collection[str]
) -> Iterator[Error]:
    header = message.header
    if not header[10]:
        yield Error("control-id-missing", Location("MSH", 1, 10))
    kind, _, event = event_of(message).partition("^")
    if kind not in (types() if supported is None else {pair.partition("^")[0] for pair in supported}):
        yield Error("type-unsupported", Location("MSH", 1, 9, 1, 1))
    elif kind != "ACK" and f"{kind}^{event}" not in (events() if supported is None else supported):
        yield Error("event-unsupported", Location("MSH", 1, 9, 1, 2))
    processing_id = header[11][1].value.strip().upper()
    if not processing_id:
        yield Error("field-missing", Location("MSH", 1, 11), "W")
    elif processing_id not in processing_ids:
        yield Error("processing-id", Location("MSH", 1, 11))
    if not header[7]:
        yield Error("field-missing", Location("MSH", 1, 7), "W")
    elif not timestamp.is_valid(header[7].value):
        yield Error("timestamp", Location("MSH", 1, 7), "W")
    version = header[12][1].value.strip()
    if version and not _VERSION.fullmatch(version):
        yield Error("version", Location("MSH", 1, 12))


def _segments(message: Message) -> Iterator[Error]:
    event = event_of(message)
    required = _REQUIRED_BY_EVENT.get(event) or _REQUIRED.get(event[:3], {})
    for name, severity in required.items():
        if name not in message:
            yield Error("segment-missing", Location(name, 1), "E" if severity == "E" else "W")


def _patient(message: Message) -> Iterator[Error]:
    """Each PID names its patient: in PID-3, or where older or careless senders put it (a warning)."""
    for sequence, segment in enumerate(message.all("PID"), 1):
        if _has_identifier(segment, 3):
            continue
        elsewhere = any(_has_identifier(segment, position) for position in _OTHER_IDENTIFIERS)
        yield Error("patient-identifier-missing", Location("PID", sequence, 3), "W" if elsewhere else "E")
    for sequence, segment in enumerate(message.all("MRG"), 1):
        if not any(_has_identifier(segment, position) for position in range(1, 7)):
            yield Error("patient-identifier-missing", Location("MRG", sequence, 1))
    for sequence, segment in enumerate(message.all("PV1"), 1):
        if not segment[2]:
            yield Error("field-missing", Location("PV1", sequence, 2), "W")


def _has_identifier(segment: Segment, position: int) -> bool:
    """Whether any repetition of the field has a number, not only an authority or what stands for none."""
    values = (repetition[1] for repetition in segment[position].repetitions)
    return any(value and not is_placeholder(value.value) for value in values)


def _fields(message: Message) -> Iterator[Error]:
    counted: dict[str, int] = {}
    control = ""
    for segment in message.segments:
        name = segment.name
        control = segment[1].value.strip().upper() if name == "ORC" else control
        if name not in _TIMES:
            continue
        sequence = counted[name] = counted.get(name, 0) + 1
        for position in _FIELDS.get(name, ()):
            if not segment[position]:
                known = name == "OBR" and control in _OF_A_KNOWN_ORDER
                yield Error("field-missing", Location(name, sequence, position), "W" if known else "E")
        for position in _TIMES[name]:
            value = segment[position].value
            if value.strip() and not timestamp.is_valid(value):
                yield Error("timestamp", Location(name, sequence, position), "W")
        yield from _codes(segment, sequence)
        if name == "OBX" and str(segment[2]).strip() == "NM":
            yield from _numbers(segment, sequence)


def _codes(segment: Segment, sequence: int) -> Iterator[Error]:
    position, table = _CODES.get(segment.name, (0, frozenset()))
    value = segment[position][1].value.strip().upper() if position else ""
    if value and value not in table:
        yield Error("code-unknown", Location(segment.name, sequence, position), "W")


def _numbers(segment: Segment, sequence: int) -> Iterator[Error]:
    for nth, repetition in enumerate(segment[5].repetitions, 1):
        if repetition and not _NUMBER.fullmatch(repetition.value.strip()):
            yield Error("number", Location("OBX", sequence, 5, nth), "W")
