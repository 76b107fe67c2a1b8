"""What may be shared, for how long, and with which passcode."""

from datetime import date, timedelta

import pytest
from starlette.datastructures import FormData

from services.portal.shares.form import DAYS, MINUTES, WrongShare, on_paper, on_screen
from services.portal.shares.passcode import Known

CHILD, PARENT = Known((date(1958, 3, 12),)), Known((date(1985, 7, 4),), ("李德富",))
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


@pytest.mark.parametrize("passcode", ["1234", "1111", "19850704", "李德富", "abcd"])
def test_on_the_screen_too_no_passcode_is_guessable(passcode: str) -> None:
    with pytest.raises(WrongShare):
        on_screen(_form(minutes="15", passcode=passcode), CHILD, PARENT)
    assert on_screen(_form(minutes="15", passcode="莲花开了"), CHILD, PARENT).passcode == "莲花开了"
    assert on_screen(_form(minutes="15"), CHILD, PARENT).passcode == ""


@pytest.mark.parametrize("days", DAYS)
def test_on_paper_no_link_is_without_a_passcode(days: int) -> None:
    assert on_paper(_form(days=str(days), passcode=PASSCODE), CHILD).life == timedelta(days=days)
    for passcode in ("", "   ", "abcde", "x" * 65):
        with pytest.raises(WrongShare):
            on_paper(_form(days=str(days), passcode=passcode), CHILD)


def test_on_paper_no_other_time_can_be_asked_for() -> None:
    for days in ("", "2", "365", "-1", "1.5"):
        with pytest.raises(WrongShare):
            on_paper(_form(days=days, passcode=PASSCODE))
    with pytest.raises(WrongShare):
        on_paper(FormData([("days", "1"), ("passcode", PASSCODE)]))


def test_without_a_code_nothing_else_is_asked() -> None:
    asked = on_paper(FormData([("days", "0"), ("sensitive", "1")]))
    assert (asked.life, asked.sensitive, asked.sections) == (None, True, ())


def test_what_is_easily_guessed_of_whomever_is_refused() -> None:
    for passcode in ("19580312", "8５0704", "李德富李德富"):
        with pytest.raises(WrongShare):
            on_paper(_form(days="1", passcode=passcode), CHILD, PARENT)


def test_a_passcode_is_kept_as_it_is_checked() -> None:
    assert on_paper(_form(days="1", passcode="ａｂ１２３４")).passcode == "ab1234"
