"""What may be shared, for how long, and with which passcode."""

from datetime import date, timedelta

import pytest
from starlette.datastructures import FormData

from services.portal.shares.form import DAYS, MINUTES, WrongShare, guessable, on_paper, on_screen, typed

BIRTH = date(1958, 3, 12)
PASSCODE = "莲花开在雨里"


def _form(**given: str) -> FormData:
    return FormData([("sections", "allergies"), ("sections", "no such"), *given.items()])


def test_a_link_on_the_screen_lasts_an_hour_at_most() -> None:
    assert max(MINUTES) == 60
    asked = on_screen(_form(minutes="15", label="王医生"))
    assert (asked.sections, asked.life, asked.label) == (("allergies",), timedelta(minutes=15), "王医生")
    for wrong in ({"minutes": "1440"}, {"minutes": ""}, {"minutes": "15", "passcode": "abc"}):
        with pytest.raises(WrongShare):
            on_screen(_form(**wrong))


@pytest.mark.parametrize("days", DAYS)
def test_on_paper_no_link_is_without_a_passcode(days: int) -> None:
    assert on_paper(_form(days=str(days), passcode=PASSCODE), [BIRTH]).life == timedelta(days=days)
    for passcode in ("", "   ", "abcde", "x" * 65):
        with pytest.raises(WrongShare):
            on_paper(_form(days=str(days), passcode=passcode), [BIRTH])


def test_on_paper_no_other_time_can_be_asked_for() -> None:
    for days in ("", "2", "365", "-1", "1.5"):
        with pytest.raises(WrongShare):
            on_paper(_form(days=days, passcode=PASSCODE), [])
    with pytest.raises(WrongShare):
        on_paper(FormData([("days", "1"), ("passcode", PASSCODE)]), [])


def test_without_a_code_nothing_else_is_asked() -> None:
    asked = on_paper(FormData([("days", "0"), ("sensitive", "1")]), [])
    assert (asked.life, asked.sensitive, asked.sections) == (None, True, ())


@pytest.mark.parametrize(
    "passcode",
    [
        "19580312",
        "1958-03-12",
        "580312",
        "12031958",
        "123456",
        "987654",
        "888888",
        "aaaaaa",
        "ababab",
        "1958312",
        "1958-3-12",
        "1958年3月12日",
        "１９５８０３１２",
        "１２３４５６",
    ],
)
def test_what_the_paper_betrays_or_anybody_tries_first_is_no_passcode(passcode: str) -> None:
    assert guessable(typed(passcode), [BIRTH])
    with pytest.raises(WrongShare):
        on_paper(_form(days="1", passcode=passcode), [BIRTH])


@pytest.mark.parametrize("passcode", [PASSCODE, "lotus 1958", "402917", "19580313x"])
def test_others_are(passcode: str) -> None:
    assert not guessable(passcode, [BIRTH])


def test_a_passcode_is_the_same_by_every_input_method() -> None:
    assert typed(" ＡＢ１２ ３４ ") == typed("ab1234") == "ab1234"
    assert typed(None) == ""
    assert on_paper(_form(days="1", passcode="ａｂ１２３４"), []).passcode == "ab1234"


@pytest.mark.parametrize("passcode", ["195803", "580312", "李德富李德富", "我是 李德富 2"])
def test_what_stands_on_the_paper_is_no_passcode(passcode: str) -> None:
    with pytest.raises(WrongShare):
        on_paper(_form(days="1", passcode=passcode), [BIRTH], ["李德富"])
