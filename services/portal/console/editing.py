"""Editing of a message in a form: a segment a line, or one field by its place; a form holds 64 KB."""

import re
from urllib.parse import quote_plus

from adapters.hl7v2.message import Message, MessageError
from services.forms import LARGEST
from services.portal.console.visible import visible

_ROOM = LARGEST - 2_000
_PLACE = re.compile(r"\s*([A-Za-z][A-Za-z0-9]{2})(?:[\[(](\d{1,4})[\])])?-(\d{1,3})\s*")


class NoSuchPlace(Exception):
    """The message has no such segment, or the place is none: it reads `PID-5` or `OBX[2]-5`."""


def editable(text: str) -> str | None:
    """The text for a text area; None where it is too long, or a browser would change what is in it."""
    shown = text.replace("\r\n", "\r").replace("\n", "\r").rstrip("\r")
    fits = len(quote_plus(shown.replace("\r", "\r\n"), errors="replace")) <= _ROOM
    return (
        shown.replace("\r", "\n")
        if fits and visible(shown.replace("\r", "")) == shown.replace("\r", "")
        else None
    )


def edited(sent: str) -> str:
    """The message that a form sent: its lines as segments."""
    parts = sent.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"{part}\r" for part in parts if part.strip())


def is_place(text: str) -> bool:
    """Does it read as the place of a field?"""
    return _PLACE.fullmatch(text) is not None


def with_field(text: str, place: str, value: str) -> str:
    """The message with another value (as it stands between the separators) at a place; NoSuchPlace.

    A line break in the value would make a segment of it: it becomes a space.
    """
    found = _PLACE.fullmatch(place)
    try:
        message = Message.parse(text)
    except MessageError:
        raise NoSuchPlace from None
    segments = message.all(found[1].upper()) if found else []
    nth, position = (int(found[2] or 1), int(found[3])) if found else (0, 0)
    first = 3 if segments and segments[0] is message.header else 1
    if not 1 <= nth <= len(segments) or position < first:
        raise NoSuchPlace
    segment, separator = segments[nth - 1], message.delimiters.field
    parts = segment.raw.split(separator)
    at = position - (first == 3)
    parts += [""] * (at + 1 - len(parts))
    parts[at] = " ".join(value.splitlines())
    changed = separator.join(parts)
    return "".join(f"{changed if one is segment else one.raw}\r" for one in message)


def fields(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The segments (`PID[1]`) with their valued fields by place, as a person may look at them."""
    try:
        message = Message.parse(text)
    except MessageError:
        return []
    counted: dict[str, int] = {}
    found = []
    for segment in message:
        counted[segment.name] = counted.get(segment.name, 0) + 1
        name = f"{segment.name}[{counted[segment.name]}]"
        valued = [(n, field.raw) for n, field in enumerate(segment, start=1) if field.raw]
        found.append((name, [(f"{name}-{n}", visible(raw)) for n, raw in valued]))
    return found
