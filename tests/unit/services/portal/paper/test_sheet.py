import pytest
from fontTools.misc.psCharStrings import T2CharString

from services.portal.paper.fonts import chinese
from services.portal.paper.sheet import Sheet

FACE = chinese()
pytestmark = pytest.mark.skipif(FACE is None, reason="no Chinese font: apt-get install fonts-noto-cjk")


def test_a_page_is_a4_and_lines_flow_onto_the_next() -> None:
    assert FACE is not None
    sheet = Sheet([FACE], 9, "周敏 · 诊疗", "周敏 · 诊疗 · 0f3e")
    assert (round(sheet.w), round(sheet.h)) == (210, 297)
    for number in range(90):
        sheet.write_line(f"第 {number} 行", strong=number % 2 == 0)
    assert sheet.page_no() == 2
    assert sheet.made().startswith(b"%PDF-")


def test_a_line_leaves_type_and_colour_as_they_were() -> None:
    assert FACE is not None
    sheet = Sheet([FACE], 9, "x", "x")
    sheet.write_line("标题", 16, strong=True, soft=True)
    assert (sheet.font_size_pt, str(sheet.text_mode)) == (9, str(type(sheet.text_mode).FILL))
    sheet.made()


def test_no_glyph_is_drawn_to_find_the_box_of_its_font(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FACE is not None

    def drawn(*_: object) -> None:
        raise AssertionError("a glyph was drawn")

    monkeypatch.setattr(T2CharString, "calcBounds", drawn)
    sheet = Sheet([FACE], 9, "x", "x")
    sheet.write_line("血压 138/78")
    assert sheet.made().startswith(b"%PDF-")
