"""Field: repetitions, components and sub-components of one field.

HL7 v2 chapter 2.5.3 (Fields) and 2.5.4. Split only where somebody looks. Positions count from 1; a position
that the sender left out is an empty object, never an error. Three states matter to a health file:

    empty   bool(x) is False, x.null is False   the sender says nothing: keep what is known
    null    bool(x) is False, x.null is True    the sender wrote `""`: delete what is known
    valued  bool(x) is True
"""

from collections.abc import Iterator

from adapters.hl7v2 import escape
from adapters.hl7v2.delimiters import USUAL, Delimiters

NULL = '""'


def split(raw: str, delimiter: str) -> list[str]:
    """The parts of `raw`; one part when the delimiter is unused."""
    return raw.split(delimiter) if delimiter and delimiter in raw else [raw]


class Element:
    """A value at any level: `raw` as received, `str()` decoded."""

    __slots__ = ("delimiters", "raw")

    def __init__(self, raw: str = "", delimiters: Delimiters = USUAL) -> None:
        self.raw = raw
        self.delimiters = delimiters

    def __str__(self) -> str:
        """The decoded text of the whole element, its inner delimiters left in; nothing when null."""
        return "" if self.null else escape.decode(self.raw, self.delimiters)

    def __bool__(self) -> bool:
        raw = self.raw
        return bool(raw) and bool(raw.strip(self.delimiters.blank)) and not self.null

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.raw)} characters>"

    @property
    def null(self) -> bool:
        """Whether the sender wrote `""`: delete this value."""
        return NULL in self.raw and self.raw.strip() == NULL

    @property
    def value(self) -> str:
        """The decoded text of the first leaf: repetition 1, component 1, sub-component 1."""
        return str(self)


class Subcomponent(Element):
    """A leaf."""

    __slots__ = ()


class Component(Element):
    """A component; `component[n]` is its n-th sub-component."""

    __slots__ = ()

    @property
    def subcomponents(self) -> tuple[Subcomponent, ...]:
        """Every sub-component; an empty component has none."""
        if not self.raw:
            return ()
        return tuple(
            Subcomponent(part, self.delimiters) for part in split(self.raw, self.delimiters.subcomponent)
        )

    def __iter__(self) -> Iterator[Subcomponent]:
        return iter(self.subcomponents)

    def __getitem__(self, position: int) -> Subcomponent:
        return Subcomponent(part(split(self.raw, self.delimiters.subcomponent), position), self.delimiters)

    @property
    def value(self) -> str:
        """The decoded text of the first sub-component."""
        return str(self[1])


class Repetition(Element):
    """One repetition of a field; `repetition[n]` is its n-th component."""

    __slots__ = ()

    @property
    def components(self) -> tuple[Component, ...]:
        """Every component; an empty repetition has none."""
        if not self.raw:
            return ()
        return tuple(Component(part, self.delimiters) for part in split(self.raw, self.delimiters.component))

    def __iter__(self) -> Iterator[Component]:
        return iter(self.components)

    def __getitem__(self, position: int) -> Component:
        return Component(part(split(self.raw, self.delimiters.component), position), self.delimiters)

    @property
    def value(self) -> str:
        """The decoded text of the first leaf."""
        return self[1].value


class Field(Element):
    """A field; `field[n]` is the n-th component of its first repetition."""

    __slots__ = ()

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """Every repetition, empty ones in their place; an empty field has none."""
        if not self.raw:
            return ()
        return tuple(
            Repetition(part, self.delimiters) for part in split(self.raw, self.delimiters.repetition)
        )

    @property
    def first(self) -> Repetition:
        """The first repetition."""
        return Repetition(split(self.raw, self.delimiters.repetition)[0], self.delimiters)

    def __iter__(self) -> Iterator[Repetition]:
        return iter(self.repetitions)

    def __getitem__(self, position: int) -> Component:
        return self.first[position]

    def __str__(self) -> str:
        """The decoded text of the first repetition, its component separators left in; nothing when null."""
        return str(self.first)

    @property
    def value(self) -> str:
        """The decoded text of the first leaf."""
        return self.first.value


def part(parts: list[str], position: int) -> str:
    """The part at `position` (from 1), empty when there is none; IndexError below 1."""
    if position < 1:
        raise IndexError("positions in HL7 v2 count from 1")
    return parts[position - 1] if position <= len(parts) else ""
