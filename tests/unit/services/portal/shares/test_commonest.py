"""What whoever guesses a passcode tries first, and what he does not."""

from pathlib import Path

import pytest
import yaml

from services.portal.shares import commonest as module
from services.portal.shares.commonest import commonest
from services.portal.shares.passcode import Known, guessable, typed

CASES = yaml.safe_load(Path(__file__).with_name("passcodes.yaml").read_text("utf-8"))


def _of(name: str) -> list[tuple[str, str]]:
    return [(who, str(each)) for who, passcodes in CASES[name].items() for each in passcodes]


@pytest.mark.parametrize(("who", "passcode"), _of("tried first"))
def test_it_is_tried_first(who: str, passcode: str) -> None:
    assert guessable(typed(passcode), Known(names=(who,)))


@pytest.mark.parametrize(("who", "passcode"), _of("not tried first"))
def test_it_is_not(who: str, passcode: str) -> None:
    assert not guessable(typed(passcode), Known(names=(who,)))


def test_a_name_beside_a_known_number_is_tried_too() -> None:
    assert commonest("wang19580312", ["王建国"], lambda digits: digits in "19580312")
    assert not commonest("wang19580312", ["王建国"], lambda digits: False)


def test_the_table_is_written_as_passcodes_are_compared() -> None:
    for words in yaml.safe_load(
        Path(module.__file__).with_name("commonest.yaml").read_text("utf-8")
    ).values():
        assert [str(each) for each in words] == [typed(each) for each in words]
