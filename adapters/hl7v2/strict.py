"""Strict: what a validator by the letter of the standard finds, on request only.

HL7 v2 chapters 2.12 and 2.5, by the tables of hl7apy. hl7apy itself loses segments, puts those after a Z
segment into the wrong group and stops at its first finding, so only its tables are used and its walk is
not.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from adapters.hl7v2.abstract_syntax import Node, check_order, compile_structure
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment_attributes import check_segment
from adapters.hl7v2.structure import structure_of

_USUAL = "2.5.1"


def strict(message: Message) -> list[Error]:
    """The findings on `message` by the tables of its version, in the order of the message.

    A version that hl7apy does not know (2.9) is read as the one before it, with a hint.
    """
    sent = message.header[12][1].value.strip()
    version = _version(sent)
    found = [Error("version-nearest", Location("MSH", 1, 12), "I")] if sent and sent != version else []
    names = [segment.name for segment in message.segments]
    nodes = _nodes(structure_of(message), version)
    if nodes:
        found += check_order(nodes, names)
    else:
        found.append(Error("structure-unknown", Location("MSH", 1, 9), "W"))
    for index, segment in enumerate(message.segments):
        reference = None if segment.name.startswith("Z") else _reference(segment.name, "Segment", version)
        if reference:
            nth = names[: index + 1].count(segment.name)
            found += check_segment(
                segment, nth, reference, lambda name, kind: _reference(name, kind, version)
            )
    return found


def beside(found: Sequence[Error], others: Sequence[Error]) -> list[Error]:
    """Those of `found` that `others` do not tell already of the same field."""
    told = {(error.text_key, error.location[:3]) for error in others}
    return [error for error in found if (error.text_key, error.location[:3]) not in told]


def _version(sent: str) -> str:
    from hl7apy import SUPPORTED_LIBRARIES

    if not sent:
        return _USUAL
    numbers = _numbers(sent)
    known = sorted(SUPPORTED_LIBRARIES, key=_numbers)
    return str(next((one for one in reversed(known) if _numbers(one) <= numbers), known[0]))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


@cache
def _nodes(structure: str, version: str) -> tuple[Node, ...]:
    reference = _reference(structure, "Message", version) if structure else None
    return compile_structure(reference) if reference else ()


@cache
def _reference(name: str, kind: str, version: str) -> Any:
    from hl7apy import load_reference
    from hl7apy.exceptions import ChildNotFound

    try:
        found = load_reference(name, kind, version)
    except (ChildNotFound, KeyError):
        return None
    return ("sequence", found, name, "", None, -1) if kind == "Datatypes_Structs" else found
