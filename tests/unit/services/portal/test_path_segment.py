"""A segment of a path."""

import re
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.path_segment import decode, encode


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("CDSLYY", "CDSLYY"),
        ("市一院-2_䶮𠮷", "市一院-2_䶮𠮷"),
        ("A/B", "A~2FB"),
        ("..", "~2E~2E"),
        ("~2F", "~7E2F"),
        ("50%?x=1#y", "50~25~3Fx~3D1~23y"),
        ("“院”", "~E2~80~9C院~E2~80~9D"),
    ],
)
def test_is_written(text: str, segment: str) -> None:
    assert encode(text) == segment
    assert decode(segment) == text


def test_what_was_typed_by_hand_is_taken_as_it_is() -> None:
    assert decode("HIS.A (old)~") == "HIS.A (old)~"
    assert decode("~FF") == "\ufffd"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_however_often_it_is_unquoted(text: str) -> None:
    segment = encode(text)
    assert decode(segment) == decode(unquote(unquote(quote(segment)))) == text
    assert re.fullmatch(r"[\w~-]*", segment)
