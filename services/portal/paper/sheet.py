"""Sheet: A4 pages with the watermark behind and a foot that names the record of the download.

ISO 32000-1, 7.8; security-and-scale.md, line 34.
"""

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos
from fpdf.fonts import TTFFont

from services.portal.paper.breaking import broken
from services.portal.paper.fonts import Face

INK, SOFT, LINE, GRAVE, WASH = (23, 32, 42), (71, 82, 96), (213, 219, 225), (163, 21, 21), (253, 240, 239)
_MARK = (228, 231, 235)
_FONT = "chinese"


class Sheet(FPDF):
    """A document in one font; what it is given holds no character that its fonts lack."""

    def __init__(self, faces: Sequence[Face], size: float, mark: str, foot: str) -> None:
        super().__init__(format="A4")
        self._mark, self._foot, self.size = mark, foot, size
        for number, face in enumerate(faces):
            name = _FONT if number == 0 else f"other{number}"
            self.add_font(name, "", face.path, collection_font_number=face.number)
            font = self.fonts[name]
            assert isinstance(font, TTFFont)
            # The box of the whole font holds; drawing each glyph to find it costs a fifth of the time.
            font.ttfont.recalcBBoxes = False
        self.set_fallback_fonts([f"other{number}" for number in range(1, len(faces))], exact_match=False)
        self.set_margins(14, 14, 14)
        self.set_auto_page_break(True, 18)
        self.set_font(_FONT, size=size)
        self.set_text_color(*INK)
        self.add_page()

    def made(self) -> bytes:
        """The document, complete; its fonts are closed."""
        body = bytes(self.output())
        for font in self._embedded():
            font.ttfont.close()
        return body

    def _embedded(self) -> list[TTFFont]:
        return [each for each in self.fonts.values() if isinstance(each, TTFFont)]

    def header(self) -> None:
        """The watermark, behind everything of the page."""
        with self.local_context():
            self.set_font(_FONT, size=15)
            self.set_text_color(*_MARK)
            for height in (95, 190, 285):
                with self.rotation(28, x=14, y=height):
                    self.text(14, height, self._mark)
        self.set_y(self.t_margin)

    def footer(self) -> None:
        """The same in small type, and which page this is."""
        self.set_y(-14)
        with self.local_context():
            self.set_font(_FONT, size=7)
            self.set_text_color(*SOFT)
            self.cell(self.epw - 16, 4, self._foot)
            self.cell(16, 4, f"{self.page_no()} / {{nb}}", align="R")

    def write_line(
        self, text: str, size: float | None = None, *, soft: bool = False, strong: bool = False
    ) -> None:
        """A paragraph over the whole width."""
        with self.local_context():
            self.set_font(_FONT, size=size or self.size)
            self.set_text_color(*(SOFT if soft else INK))
            if strong:
                self.strengthen()
            height = (size or self.size) * 0.56
            text = broken(text, self.epw - 2 * self.c_margin - 0.1, self.get_string_width)
            self.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def strengthen(self) -> None:
        """Bold type, by an outline of its own colour: no second font has to be embedded."""
        self.text_mode = TextMode.FILL_STROKE
        self.set_line_width(0.08)
        self.set_draw_color(*INK)
