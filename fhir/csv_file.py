"""CSV: the lines of a file that a spreadsheet has written, under a head line that names the columns.

RFC 4180; UTF-8 with or without a mark of byte order, or GB18030. A file is read line by line, however long it
is. What is wrong is told by line and column, never with what stands there.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

_CHARSETS = ("utf-8-sig", "gb18030")
_PIECE = 1 << 16


class BadFile(ValueError):
    """The file as a whole can't be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line (counted from 1, the head included)."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line: its cells by column, without the space around them."""

    line: int
    cells: dict[str, str]


def rows(file: BinaryIO, columns: Mapping[str, str], needed: Iterable[str]) -> Iterator[Row | Fault]:
    """The lines of `file` that hold something; BadFile where it can't be read as a whole.

    `columns` are the names that the head line may have, with their Chinese ones; it has all `needed`.
    """
    text = io.TextIOWrapper(file, encoding=_charset(file), newline="")
    lines = csv.reader(text, strict=True)
    try:
        head = _head(next(lines, []), columns, needed)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield _row(lines.line_num, head, cells)
    except csv.Error as error:
        raise BadFile(f"line {lines.line_num} is no CSV: {error}") from None
    finally:
        text.detach()


def _charset(file: BinaryIO) -> str:
    for charset in _CHARSETS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(charset)()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        file.seek(0)
        return charset
    raise BadFile("the file is neither UTF-8 nor GB18030")


def _head(cells: list[str], columns: Mapping[str, str], needed: Iterable[str]) -> list[str]:
    names = {each: each for each in columns} | {chinese: each for each, chinese in columns.items()}
    head = [names.get(cell.strip().lower(), "") for cell in cells]
    if "" in head:
        raise BadFile(f"column {head.index('') + 1} of the head line is none of {', '.join(columns)}")
    if len(set(head)) != len(head):
        raise BadFile("the head line names a column twice")
    absent = [each for each in needed if each not in head]
    if absent:
        raise BadFile(f"the head line lacks {', '.join(absent)}")
    return head


def _row(line: int, head: list[str], cells: list[str]) -> Row | Fault:
    if len(cells) != len(head):
        return Fault(line, f"{len(cells)} cells, and the head line has {len(head)}")
    return Row(line, {column: cell.strip() for column, cell in zip(head, cells, strict=True)})
