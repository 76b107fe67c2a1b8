"""Batches cut into messages (line 7 of the feed's checklist)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2.batch import split

ONE = "MSH|^~\\&|医院珅|||||\rPID|1||1||王^琝\r".encode("gb18030")
TWO = b"MSH#@*!$#B\rNTE#1##MSH| inside a line\r"


def locations(raw: bytes) -> list[str]:
    return [str(error.location) for error in split(raw).errors]


def test_one_message_is_a_batch_of_one() -> None:
    assert split(ONE) == ((ONE,), (), ())


def test_messages_one_after_another() -> None:
    assert split(ONE + TWO + b"\r\n" + ONE).messages == (ONE, TWO, ONE)
    assert split(b"\x0b" + ONE + b"\x1c\r\x0b" + TWO + b"\x1c\r").messages == (ONE, TWO)


def test_a_file_of_batches() -> None:
    raw = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ONE + TWO + b"BTS|2\rBHS|^~\\&|A\r" + ONE + b"BTS|1|x\rFTS|2\r"
    assert split(raw)[:2] == ((ONE, TWO, ONE), ())


def test_counts_that_are_wrong_are_warnings() -> None:
    assert locations(b"BHS|\r" + ONE + b"BTS|2\rBHS|\r" + ONE + b"BTS|1\rFTS|3\r") == ["BTS-1", "FTS-1"]
    assert locations(b"BHS|\r" + ONE + b"BTS|1\r" + ONE + b"BTS|3\rFTS|2\r") == ["BTS(2)-1"]
    assert locations(ONE + b"BTS|\rFTS\r") == []


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"FHS|\r" + ONE + TWO + b"FTS|1\r", []),
        (b"FHS|\r" + ONE + TWO + b"FTS|0\r", []),
        (b"FHS|\r" + ONE + TWO + b"FTS|2\r", ["FTS-1"]),
        (b"FHS|\r" + ONE + b"BTS|1\rFTS|1\r", []),
        (b"FHS|\rBHS|\r" + ONE + TWO + b"FTS|1\r", []),
        (b"FHS|\rBHS|\r" + ONE + b"BHS|\r" + TWO + b"FTS|2\r", []),
        (b"FHS|\r" + ONE + b"BHS|\r" + TWO + b"BTS|1\rFTS|2\r", []),
        (b"FHS|\rBHS|\rBTS|0\rFTS|1\r", []),
    ],
)
def test_line_7_headers_and_trailers_may_be_missing(raw: bytes, wrong: list[str]) -> None:
    assert locations(raw) == wrong


def test_an_empty_batch_has_no_messages() -> None:
    assert split(b"FHS|^~\\&\rBHS|^~\\&\rBTS|0\rFTS|1\r")[:2] == ((), ())


def test_what_cannot_be_read_is_one_message() -> None:
    assert split(b"garbage").messages == (b"garbage",)
    assert split(b"").messages == (b"",)


def test_one_message_stays_as_it_stands() -> None:
    for raw in (
        b"\xef\xbb\xbf MSH|^~\\&|A\nPID|1\n\n",
        b"MSH|^~\\&|A",
        b"GET /\r\nMSHxyz\r\n",
        b"noise MSH|",
    ):
        assert split(raw).messages == (raw,)


def test_what_stands_before_the_first_message_is_not_overlooked() -> None:
    assert split(b"noise\r" + ONE + TWO).messages == (b"noise", ONE, TWO)


def test_other_line_ends_and_leading_spaces() -> None:
    raw = b"\xef\xbb\xbf  MSH|^~\\&|A\n  MSH|^~\\&|B\nMSH text\n"
    assert split(raw).messages == (b"MSH|^~\\&|A\r", b"MSH|^~\\&|B\nMSH text\r")


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\v\x1c"), max_size=10), min_size=1)
)
def test_every_message_comes_out_whole(texts: list[str]) -> None:
    messages = tuple(f"MSH|^~\\&|{text}|\rNTE|{text}|\r".encode("gb18030") for text in texts)
    assert split(b"".join(messages)).messages == messages
