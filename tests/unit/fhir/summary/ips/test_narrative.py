from html import unescape

import pytest

from fhir.summary.ips.narrative import section_narrative, written
from fhir.summary.ips.part import Line, Part
from fhir.summary.ips.required import ALLERGIES
from fhir.summary.source import Origin
from fhir.summary.wording import Wording
from fhir.validation.xhtml import narrative_fault


def div(*cells: Wording) -> str:
    line = Line(cells, (Origin("医院<1>", None),), ())
    return str(section_narrative(Part(ALLERGIES, [line]))["div"])


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", "\x00\x0b\ufffe青", "𠮷", "\"'"])
def test_texts_are_escaped_and_the_whole_is_safe(text: str) -> None:
    made = div(Wording(text), Wording(""), Wording(""))
    assert narrative_fault(made) is None
    assert "<script" not in made
    assert unescape(written(text)) == text.replace("\x00", "").replace("\x0b", "").replace("\ufffe", "")


def test_english_stands_beside_where_it_is_known() -> None:
    made = div(Wording("青霉素", "Penicillin"), Wording(""), Wording(""))
    assert '青霉素 <span lang="en" xml:lang="en">Penicillin</span>' in made


def test_a_line_without_a_name_says_so() -> None:
    assert "未写明" in div(Wording(""), Wording(""), Wording(""))


def test_a_section_without_lines_says_that_this_is_not_none() -> None:
    made = section_narrative(Part(ALLERGIES))["div"]
    assert "不等于没有过敏" in made
    assert narrative_fault(made) is None
