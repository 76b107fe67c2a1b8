"""Escape sequences, decoded once (line 16 of the feed's checklist)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2.delimiters import USUAL, Delimiters
from adapters.hl7v2.escape import decode, encode

UNUSUAL = Delimiters("#", "@", "*", "!", "$", "")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f\P\g", "a|b^c&d~e\\f#g"),
        (r"\X41\ \X0D\ \X0d0A\ \XE78E89\ ", "A \r \r\n 玉 "),
        (r"\XABC\ \XZZ\ ", r"\XABC\ \XZZ\ "),
        (r"\X00\ \XFF\ ", r"\X00\ \XFF\ "),
        (r"one\.br\two\.sp\three\.sp2\four\.sp 3\five", "one\ntwo\nthree\n\nfour\n\n\nfive"),
        (r"\.ce\title\.sk 3\x\.in+4\y\.ti-2\z\.fi\\.nf\end", "\ntitle   xyzend"),
        (r"\H\bold\N\ \C2842\x\M2442\y\M244242\z", "bold xyz"),
        (r"\Zab\ C:\temp\file \ 5\6", r"\Zab\ C:\temp\file \ 5\6"),
        ("\\", "\\"),
        (r"\E\F\E\ ", r"\F\ "),
        (r"\unknown\F\ ", r"\unknown| "),
    ],
)
def test_decodes_each_sequence_once(raw: str, text: str) -> None:
    assert decode(raw, USUAL) == text


def test_uses_the_delimiters_of_the_message() -> None:
    assert decode("!F!!S!!R!!T!!E! \\F\\ !P!", UNUSUAL) == "#@*$! \\F\\ !P!"


@given(st.text(), st.sampled_from([USUAL, UNUSUAL]))
def test_encoded_text_decodes_to_itself_and_holds_no_delimiter(text: str, delimiters: Delimiters) -> None:
    raw = encode(text, delimiters)
    assert decode(raw, delimiters) == text
    assert not set(raw) & {delimiters.field, delimiters.component, delimiters.repetition, "\r", "\n"}
