"""A code file: a table as CSV or TSV, in UTF-8 or GB18030, read line by line.

RFC 4180. What is wrong with a line is told with its line, its column and the reason; the file is never in
memory as a whole.
"""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from fhir.terminology.loading.kind import Kind, heading

_CHUNK = 2**20
_LONGEST = 4000
MOST_LINES = 500_000
csv.field_size_limit(2**20)


class BadFileError(ValueError):
    """The file is no table of this kind; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is refused."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.reason}"


class Line(NamedTuple):
    """A line with its cells by element or property; `headings` are (code, name) of codes above."""

    number: int
    cells: Mapping[str, str]
    properties: Mapping[str, str]
    headings: Sequence[tuple[str, str]]


class CodeFile:
    """A file of one kind, ready to be read."""

    def __init__(self, path: Path, kind: Kind) -> None:
        """BadFileError where it is not a table, or a column is missing."""
        self.path, self.kind = path, kind
        self.size = path.stat().st_size
        self.encoding = _encoding(path)
        with path.open(encoding=self.encoding, newline="") as file:
            first = file.readline()
        self._tab = "\t" in first
        self._headings = [heading(each) for each in next(self._reader([first]), [])]
        self.names = next(self._reader([first]), [])
        self.position = 0
        self._columns = {element: self._column(names) for element, names in kind.columns.items()}
        self._properties = {name: self._column(names) for name, names in kind.properties.items()}
        self._above = [(self._column([code]), self._column([name])) for code, name in kind.headings]
        self._version = self._column([kind.version]) if kind.version else None
        for element in ("code", "display"):
            if self._columns[element] is None:
                raise BadFileError(_missing(kind, element, self.names))
        self.version = ""
        """The newest that the file names itself, where its kind has a column for it."""

    def _reader(self, lines: Iterator[str] | Sequence[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter="\t" if self._tab else ",", strict=True)

    def _column(self, names: Sequence[str]) -> int | None:
        found = (self._headings.index(each) for each in map(heading, names) if each in self._headings)
        return next(found, None)

    def column(self, element: str) -> str:
        """The heading of an element, as the file writes it."""
        at = self._columns.get(element)
        return "" if at is None else self.names[at].strip()

    def lines(self) -> Iterator[Line | Fault]:
        """Every line below the heading that says something."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(self._counted(file), delimiter="\t" if self._tab else ",", strict=True)
            next(reader, None)
            while True:
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    yield Fault(reader.line_num, "", f"this is no line of a table ({error})")
                    continue
                if row is None:
                    return
                if reader.line_num > MOST_LINES:
                    raise BadFileError(f"the file has more than {MOST_LINES} lines")
                if any(cell.strip() for cell in row):
                    yield self._line(reader.line_num, row)

    def _counted(self, file: Iterator[str]) -> Iterator[str]:
        """The lines of the file; `position` tells about how many bytes were read."""
        for text in file:
            self.position += len(text.encode(self.encoding))
            yield text

    def _line(self, number: int, row: list[str]) -> Line | Fault:
        if len(row) > len(self.names):
            return Fault(number, "", f"{len(row)} cells, and the heading has {len(self.names)}")
        if (long := next((at for at, cell in enumerate(row) if len(cell) > _LONGEST), None)) is not None:
            return Fault(number, self.names[long], f"more than {_LONGEST} characters")
        if self._version is not None:
            self.version = max(self.version, _cell(row, self._version), key=_numbers)
        return Line(
            number,
            {element: _cell(row, at) for element, at in self._columns.items()},
            {name: cell for name, at in self._properties.items() if (cell := _cell(row, at))},
            [(_cell(row, code), _cell(row, name)) for code, name in self._above if _cell(row, code)],
        )


def _cell(row: Sequence[str], at: int | None) -> str:
    return " ".join(row[at].split()) if at is not None and at < len(row) else ""


def _numbers(version: str) -> list[int]:
    return [int(part) if part.isdecimal() else 0 for part in version.split(".")]


def _encoding(path: Path) -> str:
    """The character set of the whole file; BadFileError where it is neither of the two."""
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"PK":
        raise BadFileError("this is a workbook (.xlsx): save it as CSV UTF-8, and load that")
    if start[:4] == b"\xd0\xcf\x11\xe0":
        raise BadFileError("this is a workbook (.xls): save it as CSV UTF-8, and load that")
    if not start:
        raise BadFileError("the file is empty")
    places = {name: _undecodable(path, name) for name in ("utf-8-sig", "gb18030")}
    for name, place in places.items():
        if place is None:
            return name
    raise BadFileError(
        f"this is neither UTF-8 (byte {places['utf-8-sig']}) nor GB18030 (byte {places['gb18030']})"
    )


def _undecodable(path: Path, encoding: str) -> int | None:
    """About where the bytes are none of `encoding`; None where they all are."""
    decoder, read = codecs.getincrementaldecoder(encoding)(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk, final=len(chunk) < _CHUNK)
            except UnicodeDecodeError as error:
                return read + error.start
            read += len(chunk)
    return None


def _missing(kind: Kind, element: str, names: Sequence[str]) -> str:
    wanted = ", ".join(kind.columns[element])
    there = ", ".join(each.strip() for each in names[:12]) or "none"
    return f"line 1: a column for the {element} is missing (one of {wanted}); there are: {there}"
