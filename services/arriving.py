"""What the inbox keeps of a message beside its bytes: numbers to find it by, findings without its words."""

from typing import Any

from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message
from adapters.hl7v2.placeholder import is_placeholder

_IDENTIFIERS = (
    *(("PID", position) for position in (3, 2, 4, 18, 19)),
    *(("MRG", position) for position in (1, 2, 3, 4, 5, 6)),
    *(("PV1", position) for position in (19, 50)),
)
_ORDERS = (("ORC", 2), ("ORC", 3), ("OBR", 2), ("OBR", 3))


def identifiers(message: Message) -> set[str]:
    """The identifiers that order a message among the others of the same patient or visit.

    What stands where there is no number (无, 0) would have half a hospital wait for one patient.
    """
    return _numbers(message, _IDENTIFIERS)


def orders(message: Message) -> set[str]:
    """The placer and filler order numbers, which a message is searched by (checklist 61)."""
    return _numbers(message, _ORDERS)


def finding(error: Error) -> dict[str, Any]:
    """An error as the inbox keeps it: no words of the message."""
    location = "^".join("" if part is None else str(part) for part in error.location).rstrip("^")
    return {"code": error.code, "severity": error.severity, "location": location, "text": error.text_key}


def event(message: Message) -> str:
    """MSH-9, as `ADT^A01`."""
    return "^".join(part.value for part in (message.header[9][1], message.header[9][2]))


def _numbers(message: Message, places: tuple[tuple[str, int], ...]) -> set[str]:
    values = {
        repetition[1].value.strip()
        for name, position in places
        for segment in message.all(name)
        for repetition in segment[position].repetitions
    }
    return {value for value in values if value and not is_placeholder(value)}
