"""Marks: what differs is marked, and of a number no more is shown than that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.console.persons import marks
from services.portal.console.persons.likeness import Slip
from services.portal.console.persons.marks import Line, Piece

NUMBER = "510104195803129013"
digits = st.text("0123456789", min_size=18, max_size=18)


def plain(line: Line) -> str:
    return "".join(piece.text for piece in line)


def marked(line: Line) -> list[str]:
    return [piece.text for piece in line if piece.apart]


def test_what_the_other_name_has_not_is_marked() -> None:
    assert marks.texts("王建国", "王健国") == (
        (Piece("王"), Piece("建", True), Piece("国")),
        (Piece("王"), Piece("健", True), Piece("国")),
    )


@given(st.text(max_size=20), st.text(max_size=20))
def test_marks_change_no_text(one: str, other: str) -> None:
    left, right = marks.texts(one, other)
    assert (plain(left), plain(right)) == (one, other)
    assert one != other or not marked(left)


def test_equal_numbers_stay_masked() -> None:
    assert marks.number(NUMBER, NUMBER) == (Piece("510104 ******** 901 3"),)


def test_of_a_masked_number_the_wrong_digit_is_shown() -> None:
    wrong = NUMBER[:8] + "8" + NUMBER[9:]
    line = marks.number(wrong, NUMBER)
    assert (plain(line), marked(line)) == ("510104 **8***** 901 3", ["8"])


@given(digits, digits)
def test_a_number_shows_its_ends_and_what_differs(own: str, other: str) -> None:
    line = plain(marks.number(own, other)).replace(" ", "")
    assert len(line) == 18
    for at, (shown, digit) in enumerate(zip(line, own, strict=True)):
        assert shown == (digit if at < 6 or at >= 14 or own[at] != other[at] else "*")


@pytest.mark.parametrize("text", ["", "1", "12345", "5101041958031290"])
def test_what_is_no_whole_number_shows_two_characters(text: str) -> None:
    assert plain(marks.number(text, NUMBER)).strip("*") == text[-2:]


@pytest.mark.parametrize(
    ("own", "others", "shown", "apart"),
    [
        ("15400000001", ["15400000001"], "154****0001", []),
        ("15400000001", [], "154****0001", []),
        ("15400000001", ["15400300001"], "154**0*0001", ["0"]),
        ("15400000001", ["13999998888"], "154****0001", []),
        ("87654321", ["87654322"], "******21", []),
    ],
)
def test_a_telephone_shows_a_slip_alone(own: str, others: list[str], shown: str, apart: list[str]) -> None:
    line = marks.phone(own, others)
    assert (plain(line), marked(line)) == (shown, apart)


def test_pinyin_reads_a_surname_as_it_is_read() -> None:
    assert marks.spelled("单雄信") == "shan xiong xin"
    assert marks.spelled("欧阳雪") == "ou yang xue"
    assert marks.spelled("SMITH, John") == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张晴", "张睛", Slip.LOOK),
        ("陈静", "陈敬", Slip.SOUND),
        ("李?", "李洁", Slip.BLANK),
        ("王建国", "王建国", None),
        ("王建国", "王建", None),
        ("王建国", "王建民", None),
    ],
)
def test_how_one_character_is_alike(one: str, other: str, expected: Slip | None) -> None:
    assert marks.slip(one, other) is expected
