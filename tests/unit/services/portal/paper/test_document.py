import contextlib
import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.portal.page import Mark
from services.portal.paper.content import Table, content
from services.portal.paper.document import pdf
from services.portal.paper.fonts import chinese
from tests.support.people import TODAY, five_diseases, nobody_knows

STAMP = Mark("周敏", "芙蓉市第一人民医院", datetime(2026, 11, 27, tzinfo=UTC), "诊疗", "0f3e2c1a", "")
FACE = chinese()
pytestmark = pytest.mark.skipif(FACE is None, reason="no Chinese font: apt-get install fonts-noto-cjk")


def characters(document: bytes) -> set[str]:
    """The characters that can be copied out of a document: the targets of its ToUnicode maps."""
    found: set[str] = set()
    for stream in re.findall(rb"\bstream\r?\n(.*?)\r?\nendstream", document, re.DOTALL):
        with contextlib.suppress(zlib.error):
            stream = zlib.decompress(stream)
        if b"begincmap" in stream:
            found |= {chr(int(each, 16)) for each in re.findall(rb"> <([0-9A-F]{4})>\n", stream)}
    return found


def made(**more: object) -> bytes:
    assert FACE is not None
    whole = replace(content(five_diseases(), TODAY, "zh-CN"), **more)  # type: ignore[arg-type]
    return pdf(whole, STAMP, FACE, "zh-CN")


def test_pages_with_an_embedded_part_of_the_font() -> None:
    document = made()
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    assert re.search(rb"/FontFile[23]", document)
    assert 20_000 < len(document) < 400_000
    assert len(re.findall(rb"/Type /Page\b", document)) >= 2


def test_every_sign_can_be_copied_out_again() -> None:
    assert set("王建国芙蓉青霉素二甲双胍") <= characters(made())


def test_an_empty_file_is_a_page() -> None:
    assert FACE is not None
    assert pdf(content(nobody_knows(), TODAY, "en"), STAMP, FACE, "en", 12).startswith(b"%PDF-")


def test_what_no_font_has_is_said() -> None:
    assert FACE is not None
    odd = "\U000e0100\U0010fffd\ua000𠀀"
    document = made(name=f"王{odd}", tables=[Table("表", [["甲", "乙"], [odd, "0.5 g" * 90]], [odd])])
    assert "〓" in characters(document)
    assert "〓" not in characters(made())


def test_a_long_table_goes_on_over_pages() -> None:
    rows = [["项目", "结果", "来源"], *([f"项目{number}", "7.1 %", "医院 2026"] for number in range(200))]
    document = made(tables=[Table("检查", rows, [])])
    assert len(re.findall(rb"/Type /Page\b", document)) > 4
