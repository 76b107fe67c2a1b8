import pytest

from services.portal.paper.breaking import bound, broken


def narrow(text: str, width: int) -> list[str]:
    return broken(bound(text), width, len).split("\n")


@pytest.mark.parametrize("width", range(7, 20))
def test_no_line_ends_within_a_dose(width: int) -> None:
    lines = narrow("各来源剂量不同：每次1.0 g，每日2次，口服；每次0.5 g，每日2次", width)
    assert "".join(lines) == bound("各来源剂量不同：每次1.0 g，每日2次，口服；每次0.5 g，每日2次")
    for line in lines:
        assert line[0] not in "，。；：.0"[:-1] or line[0] == "0"
        assert not line.startswith((".", "g", "5 "))
        assert not line.endswith((".", "0", "1"))


def test_words_are_parted_at_spaces_and_ends_that_there_are_stay() -> None:
    assert narrow("Fasting glucose\nin blood", 8) == ["Fasting", "glucose", "in blood"]


def test_a_unit_goes_to_the_next_line_before_a_number_is_cut() -> None:
    assert narrow("1234567.89 mIU/mL，很高", 12) == ["1234567.89", "mIU/mL，很高"]


def test_what_is_too_wide_stands_alone() -> None:
    assert narrow("甲 abcdefghijkl 乙", 5) == ["甲", "abcdefghijkl", "乙"]


def test_nothing_is_lost() -> None:
    text = "一段很长的中文，里面没有空格也没有数字，需要在任何两个字之间换行。"
    lines = narrow(text, 7)
    assert "".join(lines) == text
    assert all(not line.startswith(("，", "。")) for line in lines)
