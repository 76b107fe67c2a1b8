"""PDF: the content of the paper set in pages.

ISO 32000; fpdf2. Pure: a content and a watermark in, bytes out.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from services.portal.catalogue import mark, translations
from services.portal.formats import minute
from services.portal.page import Mark
from services.portal.paper.breaking import bound, broken
from services.portal.paper.content import Content, Table
from services.portal.paper.fonts import Face, characters, others
from services.portal.paper.glyphs import legend, shown
from services.portal.paper.sheet import GRAVE, INK, LINE, SOFT, WASH, Sheet

_PADDED = 2.6
"""Millimetres of a cell that are not for its text."""
_LACKING = mark("〓 代替这台服务器的字体里没有的字：")


def pdf(content: Content, stamp: Mark, face: Face, language: str, size: float = 9) -> bytes:
    """The document; the characters that the font lacks come from others, or are said to be lacking."""
    said = " · ".join(
        filter(
            None,
            (stamp.who, stamp.house, minute(stamp.when, language).striptags(), _purpose(stamp, language)),
        )
    )
    text = "".join([*_texts(content), said])
    faces = [face, *others({ord(sign) for sign in text if sign.isprintable()} - characters(face))]
    known = frozenset[int]().union(*map(characters, faces))
    return _Setting(content, faces, known, language, size).made(said, stamp.record)


def _purpose(stamp: Mark, language: str) -> str:
    return translations(language).gettext(stamp.purpose)


def _texts(content: Content) -> Iterable[str]:
    yield from (
        content.title,
        content.name,
        content.also,
        content.warnings_title,
        content.sources_title,
        content.incomplete,
    )
    yield from (*content.facts, *content.warnings, *content.sources)
    for table in content.tables:
        yield from (table.title, *table.below, *(cell for row in table.rows for cell in row))


def _shared(width: float, columns: int) -> list[float]:
    """The first of the columns in between holds results and doses: it is wider."""
    weights = [1.5, *(1.0,) * (columns - 1)] if columns else []
    return [width * each / sum(weights) for each in weights]


class _Setting:
    """One document being set; `lacking` grows with each text."""

    def __init__(
        self, content: Content, faces: list[Face], known: frozenset[int], language: str, size: float
    ) -> None:
        self.content, self.faces, self.known, self.language, self.size = content, faces, known, language, size
        self.lacking: set[int] = set()

    def made(self, said: str, record: str) -> bytes:
        """The bytes."""
        marked = self.clean(said)
        self.sheet = Sheet(self.faces, self.size, marked, f"{marked} · {record}")
        self.sheet.set_lang(self.language)
        self.sheet.set_title(self.content.title)
        self.sheet.set_subject(record)
        self._head()
        self._red_bar()
        for table in self.content.tables:
            self._table(table)
        self._list(self.content.sources_title, self.content.sources)
        if self.content.incomplete:
            self.sheet.write_line(self.clean(self.content.incomplete), strong=True)
        if self.lacking:
            told = translations(self.language).gettext(_LACKING)
            self.sheet.write_line(f"{self.clean(told)} {legend(self.lacking)}", self.size - 1, soft=True)
        return self.sheet.made()

    def clean(self, text: str) -> str:
        """A text in characters that there are; a line end stays."""
        return "\n".join(shown(line, self.known, self.lacking) for line in bound(text).split("\n"))

    def _head(self) -> None:
        content, sheet = self.content, self.sheet
        sheet.write_line(self.clean(content.title), self.size, soft=True)
        sheet.write_line(self.clean(content.name), self.size + 7, strong=True)
        sheet.write_line(self.clean("    ".join(content.facts)))
        if content.also:
            sheet.write_line(self.clean(content.also), soft=True)
        sheet.ln(2)

    def _red_bar(self) -> None:
        """The box of warnings; grey where there is none."""
        content, sheet = self.content, self.sheet
        colour, wash = (GRAVE, WASH) if content.warned else (SOFT, (255, 255, 255))
        face, top = FontFace(color=INK, fill_color=wash), sheet.get_y()
        with self._ruled(
            (1,), TableBordersLayout.NONE, padding=(0.6, 3), first_row_as_headings=False
        ) as table:
            table.row(style=FontFace(color=colour, fill_color=wash)).cell(self.clean(content.warnings_title))
            for line in content.warnings:
                table.row(style=face).cell(self._broken(self.clean(line), sheet.epw - 8))
        self._edge(top, colour)
        sheet.ln(3)

    def _edge(self, top: float, colour: tuple[int, int, int]) -> None:
        """The thick edge at the left of the box, where the box stands on one page."""
        sheet = self.sheet
        if sheet.get_y() > top:
            with sheet.local_context(fill_color=colour):
                sheet.rect(sheet.l_margin, top, 1.6, sheet.get_y() - top, style="F")

    def _table(self, table: Table) -> None:
        self._title(table.title)
        if table.rows:
            self._rows([[self.clean(cell) for cell in row] for row in table.rows])
        for line in table.below:
            self.sheet.write_line(self.clean(line), self.size - 0.5, soft=True)
        self.sheet.ln(3)

    def _title(self, title: str) -> None:
        """A heading, that does not stand alone at the foot of a page."""
        if self.sheet.will_page_break(self.size * 2.6):
            self.sheet.add_page()
        self.sheet.write_line(self.clean(title), self.size + 2.5, strong=True)
        self.sheet.ln(0.5)

    def _rows(self, rows: list[list[str]]) -> None:
        middle = len(rows[0]) - 2
        widths = (28, *_shared(42, middle), 30)
        head = FontFace(color=SOFT, emphasis="")
        layout = TableBordersLayout.HORIZONTAL_LINES
        with self._ruled(widths, layout, padding=(0.5, 1), headings_style=head) as table:
            for row in rows:
                cells = table.row()
                for cell, width in zip(row, widths, strict=True):
                    cells.cell(self._broken(cell, self.sheet.epw * width / sum(widths) - _PADDED))

    def _broken(self, text: str, width: float) -> str:
        return broken(text, width, self.sheet.get_string_width)

    @contextmanager
    def _ruled(self, widths: Sequence[float], borders: TableBordersLayout, **more: Any) -> Iterator[Any]:
        """A table over the whole width."""
        sheet = self.sheet
        more |= {"align": "L", "text_align": "L", "v_align": "TOP", "width": sheet.epw}
        with (
            sheet.local_context(draw_color=LINE),
            sheet.table(
                col_widths=widths, borders_layout=borders, line_height=self.size * 0.55, **more
            ) as table,
        ):
            yield table

    def _list(self, title: str, lines: list[str]) -> None:
        self._title(title)
        for line in lines:
            self.sheet.write_line(self.clean(line))
        self.sheet.ln(2)
