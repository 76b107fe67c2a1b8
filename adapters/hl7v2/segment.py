"""Segment: a name and its fields.

HL7 v2 chapter 2.5.2. In header segments (MSH, FHS, BHS) field 1 is the field separator itself and field 2
the encoding characters; both are literal and hold no repetitions or escapes.
"""

import re
from collections.abc import Iterator

from adapters.hl7v2.delimiters import HEADERS, NONE, USUAL, Delimiters
from adapters.hl7v2.field import Field

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{2}")


class Segment:
    """One segment of a message; `segment[n]` is its n-th field."""

    __slots__ = ("_fields", "delimiters", "index", "name", "raw")

    def __init__(self, raw: str, delimiters: Delimiters = USUAL, index: int = 0) -> None:
        self.raw = raw
        self.name = raw[:3].upper()
        self.delimiters = delimiters
        self.index = index
        self._fields: list[str] | None = None

    def _split(self) -> list[str]:
        """The raw fields, the name at position 0."""
        if self._fields is None:
            separator = self.delimiters.field
            fields = self.raw.split(separator)
            self._fields = [fields[0], separator, *fields[1:]] if self.name in HEADERS else fields
        return self._fields

    def __getitem__(self, position: int) -> Field:
        if position < 1:
            raise IndexError("fields count from 1")
        fields = self._fields or self._split()
        literal = position < 3 and self.name in HEADERS
        return Field(fields[position] if position < len(fields) else "", NONE if literal else self.delimiters)

    def __iter__(self) -> Iterator[Field]:
        return (self[position] for position in range(1, len(self._split())))

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field that was sent, more than the version defines included."""
        return tuple(self)

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __repr__(self) -> str:
        return f"<Segment {self.name} at {self.index}>"
