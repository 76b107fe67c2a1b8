"""Delimiters as MSH-1 and MSH-2 say (line 14 of the feed's checklist)."""

import pytest

from adapters.hl7v2.delimiters import USUAL, Delimiters


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MSH|^~\\&|A", "|^~\\&#"),
        ("MSH|^~\\&$|A", "|^~\\&$"),
        ("MSH#@*!$|A#B", "#@*!$|"),
        ("MSH#@*!$#B", "#@*!$"),
        ("MSH|^~\\|A", "|^~\\&#"),
        ("MSH|^|A", "|^~\\&#"),
        ("MSH|~^|A", "|~^\\&#"),
        ("MSH||A", "|^~\\&#"),
        ("MSH|HIS|H1", "|^~\\&#"),
        ("MSH&^~\\|&", "&^~\\|#"),
        ("MSH|^~\\&#ab|", "|^~\\&#"),
    ],
)
def test_reads_the_header(header: str, expected: str) -> None:
    found = Delimiters.of_header(header)
    declared = (
        found.field,
        found.component,
        found.repetition,
        found.escape,
        found.subcomponent,
        found.truncation,
    )
    assert "".join(declared) == expected


def test_shows_the_encoding_characters_in_their_usual_length() -> None:
    assert USUAL.encoding_characters == "^~\\&"
