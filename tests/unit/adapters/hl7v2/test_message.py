"""Messages in every form that comes (lines 14 to 17 of the feed's checklist)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.hl7v2.message import Message, MessageError

ADT = (
    "MSH|^~\\&|HIS|HTEST1|FURONG|CD|20260102030405||ADT^A08^ADT_A01|1|P|2.5.1\r"
    "PID|1||123^^^H1&1.2.3&ISO^MR~510^^^GA^NI||张^三||19800101|M\r"
    "ZBE|local\r"
    "OBX|1|ST|a||one\r"
    "OBX|2|ST|b||two\\.br\\lines\r"
)
NAMES = st.from_regex(r"[A-Z][A-Z0-9]{2}", fullmatch=True).filter(
    lambda name: name not in ("MSH", "FHS", "BHS")
)
TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\v", exclude_categories=["Cs"]), max_size=20
)
MESSAGES = st.builds(
    lambda segments: "MSH|^~\\&|A\r" + "".join(f"{name}|{text}\r" for name, text in segments),
    st.lists(st.tuples(NAMES, TEXT), max_size=6),
)


def test_gives_segments_by_name_and_place() -> None:
    message = Message.parse(ADT)
    assert [segment.name for segment in message] == ["MSH", "PID", "ZBE", "OBX", "OBX"]
    assert [segment.index for segment in message.all("OBX")] == [3, 4]
    assert message["PV1"] is None
    assert message.all("PV1") == []
    assert "ZBE" in message
    assert len(message) == 5
    assert message.header is message["MSH"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("MSH-1", "|"),
        ("MSH-2", "^~\\&"),
        ("MSH-9.3", "ADT_A01"),
        ("PID-3", "123^^^H1&1.2.3&ISO^MR"),
        ("PID-3.4.2", "1.2.3"),
        ("PID-3(2)", "510^^^GA^NI"),
        ("PID-3(2).5", "NI"),
        ("PID-3(3).5", ""),
        ("OBX(2)-5", "two\nlines"),
        ("OBX(3)-5", ""),
        ("PV1-44", ""),
        ("PID-99.9.9", ""),
    ],
)
def test_finds_a_path(path: str, text: str) -> None:
    assert str(Message.parse(ADT).get(path)) == text


@pytest.mark.parametrize("path", ["", "PID", "PID.3", "PID-3.", "3"])
def test_refuses_what_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="a path looks like"):
        Message.parse(ADT).get(path)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (ADT.replace("\r", "\n"), "line-feeds"),
        (ADT.replace("\r", "\r\n"), "line-feeds"),
        (ADT.replace("\r", "\r\r"), "blank-lines"),
        (ADT.replace("\r", "\r \t\r"), "blank-lines"),
        (ADT.replace("\r", "\r  "), "leading-spaces"),
        ("  " + ADT, "leading-spaces"),
        ("\ufeff" + ADT, "byte-order-mark"),
        (ADT[:-1], "no-last-return"),
    ],
)
def test_normalises_and_notes(text: str, note: str) -> None:
    message = Message.parse(text)
    assert note in message.notes
    assert message.encode() == ADT


def test_standard_form_has_no_notes() -> None:
    assert Message.parse(ADT).notes == ()


def test_frames_left_in_a_file_do_not_matter() -> None:
    assert Message.parse(f"\v{ADT}\x1c\r").encode() == ADT


def test_lines_that_are_no_segments_belong_to_the_text_before_them() -> None:
    message = Message.parse(ADT.replace("two", "first line\nsecond line | of text\n3"))
    assert len(message) == 5
    assert str(message.get("OBX(2)-5")) == "first line\nsecond line "
    assert "continued-lines" in message.notes
    assert "of text" in message.encode()


def test_only_line_ends_end_a_segment() -> None:
    message = Message.parse("MSH|^~\\&|A\rNTE|1||a\x0bb\x1cc\x85d\u2028e\x0cf\r")
    assert str(message.get("NTE-3")) == "a\x0bb\x1cc\x85d\u2028e\x0cf"


@pytest.mark.parametrize(
    "text", ["", "\r\n", "PID|1", "MSH", "MSHello", "MSH text", "hello", "{}", "FHS|^~\\&|A\rMSH|^~\\&|A"]
)
def test_refuses_what_does_not_begin_with_a_header(text: str) -> None:
    with pytest.raises(MessageError):
        Message.parse(text)


def test_other_delimiters() -> None:
    message = Message.parse("MSH#@*!$#A\rPID#1##7@@@H$1$ISO*8\r")
    assert str(message.get("PID-3(2)")) == "8"
    assert str(message.get("PID-3.4.3")) == "ISO"


def test_shows_no_content_in_its_representation() -> None:
    assert repr(Message.parse(ADT)) == "<Message of 5 segments>"


@given(MESSAGES)
@example("MSH|^~\\&|A\rNTE|\u3000\r")
def test_encoding_gives_back_what_was_parsed(text: str) -> None:
    assert Message.parse(text).encode() == text


@given(MESSAGES)
def test_the_tree_holds_every_character(text: str) -> None:
    message = Message.parse(text)
    for segment in message.segments[1:]:
        fields = ["~".join("^".join("&".join(leaf.raw for leaf in component) for component in repetition)
                           for repetition in field) for field in segment]  # fmt: skip
        assert "|".join([segment.name, *fields]) == segment.raw


@given(st.text())
def test_any_text_is_a_message_or_refused(text: str) -> None:
    try:
        message = Message.parse("MSH|" + text)
    except MessageError:
        return
    for segment in message:
        for field in segment:
            for repetition in field:
                assert isinstance([str(leaf) for component in repetition for leaf in component], list)
    assert Message.parse(message.encode()).encode() == message.encode()
