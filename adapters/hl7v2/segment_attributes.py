"""Segment attributes: whether the fields of a segment are as its attribute table says.

HL7 v2 chapter 2.5.3 and 2A, by hl7apy's tables: required, repeated, longer, of another datatype, a code
outside an HL7 table (user tables are the hospital's own). Nothing of a value is ever told, only where it
stands.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from adapters.hl7v2 import timestamp
from adapters.hl7v2.delimiters import HEADERS
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.field import Component, Element, Repetition
from adapters.hl7v2.segment import Segment

Lookup = Callable[[str, str], Any]
"""hl7apy's reference of a name and a kind (`HL70001`, `Table`), or None."""
_CONDITIONAL = frozenset(("OBX-2", "OBX-4", "ORC-7", "OBR-27"))
"""Required only under a condition; hl7apy's tables of some versions say always."""
_OPEN = frozenset(("QPD",))
"""Segments whose further fields each query defines (5.5.4, user parameters in successive fields)."""
_OF_A_TABLE = re.compile(r"HL7\d{4}", re.ASCII)
"""A coding system that is one of HL7's tables: table 0396 has all of them as `HL7nnnn`."""
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,4})?)?)?([+-]\d{4})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_CHECKS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "NM": ("number", lambda text: bool(_NUMBER.fullmatch(text))),
    "SI": ("number", str.isdecimal),
    "DT": ("timestamp", lambda text: timestamp.is_valid(text) and len(text) <= 8),
    "DTM": ("timestamp", timestamp.is_valid),
    "TM": ("timestamp", lambda text: bool(_TIME.fullmatch(text))),
}


def check_segment(segment: Segment, nth: int, reference: Any, lookup: Lookup) -> Iterator[Error]:
    """The findings on one segment, the `nth` of its name."""
    length = len(segment.fields)
    known = 0
    for name, inner, (least, most), _ in reference[1]:
        position = known = int(name.rpartition("_")[2])
        if segment.name in HEADERS and position < 3:
            continue
        field = segment[position]
        if not field:
            if least and not field.null and f"{segment.name}-{position}" not in _CONDITIONAL:
                yield Error("field-missing", Location(segment.name, nth, position))
            continue
        if inner[2] == "varies":
            inner = _varied(segment, inner, lookup)
        for number, repetition in enumerate(field.repetitions, 1):
            place = Location(segment.name, nth, position, number)
            if repetition and 0 < most < number:
                yield Error("too-many-repetitions", place)
            yield from _value(repetition, inner, place, lookup)
    for position in range(known + 1, known if segment.name in _OPEN else length + 1):
        if segment[position]:
            yield Error("beyond-the-standard", Location(segment.name, nth, position), "W")


def _varied(segment: Segment, reference: Any, lookup: Lookup) -> Any:
    """The reference of OBX-5: that of the datatype in OBX-2."""
    type_ = segment[2].value.strip() if segment.name == "OBX" else ""
    if not type_:
        return reference
    return lookup(type_, "Datatypes_Structs") or ("leaf", None, type_, reference[3], None, -1)


def _value(element: Element, reference: Any, place: Location, lookup: Lookup) -> Iterator[Error]:
    """The findings on a repetition or a component."""
    if not element or reference[2] == "varies":
        return
    parts = _parts(element)
    if reference[0] == "sequence":
        if reference[2] == "TS" and reference[1][0][1][2] != "DTM":
            yield from _leaf(parts[0], "DTM", reference, place, lookup)
        inside = reference[1]
        for number, (part, (_, inner, _, _)) in enumerate(zip(parts, inside, strict=False), 1):
            yield from _value(part, inner, _deeper(place, number), lookup)
        beyond = len(inside)
    else:
        yield from _leaf(parts[0], reference[2], reference, place, lookup)
        beyond = 1
    for number, part in enumerate(parts[beyond:], beyond + 1):
        if part:
            yield Error("beyond-the-standard", _deeper(place, number), "W")


def _parts(element: Element) -> tuple[Element, ...]:
    if isinstance(element, Repetition):
        return element.components
    return element.subcomponents if isinstance(element, Component) else (element,)


def _deeper(place: Location, number: int) -> Location:
    return (
        place._replace(component=number) if place.component is None else place._replace(subcomponent=number)
    )


def _leaf(element: Element, type_: str, reference: Any, place: Location, lookup: Lookup) -> Iterator[Error]:
    text = element.value.strip()
    if not text:
        return
    key, holds = _CHECKS.get(type_, ("", bool))
    if not holds(text):
        yield Error(key, place)
    table = lookup(reference[4], "Table") if type_ == "ID" and reference[4] else None
    if table and text not in table[1] and not _OF_A_TABLE.fullmatch(text):
        yield Error("code-unknown", place, "W")
    if -1 < reference[5] < len(text):
        yield Error("too-long", place, "W")
