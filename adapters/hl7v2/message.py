"""Message: the segments of one HL7 v2 message, in the order received.

HL7 v2 chapter 2.5.1 and 2.6 (Message construction rules). Reads what hospitals really send: segments ended
by CR, LF or CRLF, blank lines, leading spaces, a byte order mark, no last CR; all of it noted. Unknown and
Z segments stay in their place. A line that is no segment belongs to the text of the segment before it.
"""

import re
from collections.abc import Iterator, Sequence

from adapters.hl7v2.delimiters import Delimiters
from adapters.hl7v2.field import Element, Field, Repetition
from adapters.hl7v2.segment import NAME, Segment

BYTE_ORDER_MARK = "\ufeff"
_PATH = re.compile(r"(?P<segment>\w{3})(?:\((?P<nth>\d+)\))?-(?P<field>\d+)(?:\((?P<repetition>\d+)\))?"
                   r"(?:\.(?P<component>\d+)(?:\.(?P<subcomponent>\d+))?)?")  # fmt: skip

_HEADER = re.compile(r"[Mm][Ss][Hh][^\w\s]")


class MessageError(ValueError):
    """The text is no HL7 v2 message: it does not begin with MSH."""


class Message:
    """One message: `message["PID"]` is its first PID segment or None."""

    __slots__ = ("_by_name", "delimiters", "notes", "segments")

    def __init__(
        self, segments: Sequence[Segment], delimiters: Delimiters, notes: Sequence[str] = ()
    ) -> None:
        self.segments = tuple(segments)
        self.delimiters = delimiters
        self.notes = tuple(notes)
        self._by_name: dict[str, list[Segment]] | None = None

    @classmethod
    def parse(cls, text: str) -> "Message":
        """The message in `text` (decoded characters); MessageError when it does not begin with MSH."""
        lines, notes = _lines(text)
        if not lines or not _HEADER.match(lines[0]):
            raise MessageError("the text does not begin with an MSH segment")
        delimiters = Delimiters.of_header(lines[0])
        segments, continued = _segments(lines, delimiters)
        return cls(segments, delimiters, [*notes, *(["continued-lines"] if continued else [])])

    def _names(self) -> dict[str, list[Segment]]:
        if self._by_name is None:
            self._by_name = {}
            for segment in self.segments:
                self._by_name.setdefault(segment.name, []).append(segment)
        return self._by_name

    def __getitem__(self, name: str) -> Segment | None:
        found = self._names().get(name)
        return found[0] if found else None

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    def __len__(self) -> int:
        return len(self.segments)

    def all(self, name: str) -> list[Segment]:
        """Every segment called `name`, in order."""
        return list(self._names().get(name, ()))

    @property
    def header(self) -> Segment:
        """The MSH segment."""
        return self.segments[0]

    def get(self, path: str) -> Element:
        """What stands at `path`: `PID-3`, `PID-3(2).4.1` (second repetition), `OBX(3)-5` (third OBX).

        Whatever is missing is an empty element; ValueError for a path that is none.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise ValueError("a path looks like PID-3, PID-3.4 or OBX(2)-5(1).1.1")
        number = {
            name: int(digits) for name, digits in match.groupdict().items() if name != "segment" and digits
        }
        segments = self.all(match["segment"])
        nth = number.get("nth", 1)
        if not 1 <= nth <= len(segments):
            return Field("", self.delimiters)
        return _element(segments[nth - 1][number["field"]], number)

    def encode(self) -> str:
        """The message as text: every segment as received, each ended by CR."""
        return "".join(segment.raw + "\r" for segment in self.segments)

    def __repr__(self) -> str:
        return f"<Message of {len(self.segments)} segments>"


def _element(field: Field, number: dict[str, int]) -> Element:
    element: Element = field
    repetition = field.first
    if "repetition" in number:
        repetitions, nth = field.repetitions, number["repetition"]
        element = repetition = (
            repetitions[nth - 1] if 1 <= nth <= len(repetitions) else Repetition("", field.delimiters)
        )
    if "component" in number:
        component = repetition[number["component"]]
        element = component[number["subcomponent"]] if "subcomponent" in number else component
    return element


def _lines(text: str) -> tuple[list[str], list[str]]:
    """The lines that are not blank, and what had to be normalised. Only CR and LF end a line."""
    notes = []
    if text.startswith(BYTE_ORDER_MARK):
        notes.append("byte-order-mark")
    text = text.lstrip(BYTE_ORDER_MARK + "\v")
    if "\n" in text:
        notes.append("line-feeds")
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    if not text.endswith("\r"):
        notes.append("no-last-return")
    lines = text.removesuffix("\r").split("\r")
    kept = [line for line in lines if line and not line.isspace()]
    if len(kept) < len(lines):
        notes.append("blank-lines")
    if any(line[0] in " \t" for line in kept):
        notes.append("leading-spaces")
        kept[0] = kept[0].lstrip()
    return kept, notes


def _segments(lines: list[str], delimiters: Delimiters) -> tuple[list[Segment], bool]:
    """The segments of the lines, and whether a line continued the segment before it."""
    groups: list[list[str]] = []
    for line in lines:
        start = line.lstrip(" \t") if line[0] in " \t" else line
        if NAME.match(start) and start[3:4] in (delimiters.field, ""):
            groups.append([start])
        else:
            groups[-1].append(line)
    segments = [Segment("\n".join(group), delimiters, index) for index, group in enumerate(groups)]
    return segments, len(groups) < len(lines)
