"""What the form of break-glass has to say, and whom it finds."""

from typing import Any

import pytest

from services.portal.clinician.emergency import Asked, agrees, lives
from tests.support.people import patient

FULL = {
    "code": "unconscious",
    "reason": "车祸送来，昏迷，家属不在场",
    "hours": "4",
    "form": "f1",
    "number": "x",
    "said": "y",
}


def test_a_whole_form_has_no_fault() -> None:
    assert Asked.of(FULL).faults(24) == {}
    assert Asked.of(FULL | {"number": "", "said": "", "patient": "p"}).faults(24) == {}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"number": " "}, "number"),
        ({"said": ""}, "said"),
        ({"code": "curious"}, "code"),
        ({"reason": "昏 迷 昏 迷 昏 迷 昏 迷 昏"}, "reason"),
        ({"reason": "昏" * 501}, "reason"),
        ({"hours": "25"}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"hours": "-1"}, "hours"),
        ({"hours": "４"}, "hours"),
        ({"hours": ""}, "hours"),
        ({"form": ""}, "form"),
    ],
)
def test_each_fault_is_told_at_its_field(more: dict[str, Any], fault: str) -> None:
    assert list(Asked.of(FULL | more).faults(24)) == [fault]


def test_no_file_is_open_for_longer_than_the_region_says() -> None:
    assert lives(24) == [1, 4, 8, 12, 24]
    assert lives(6) == [1, 4, 6]
    assert lives(1) == [1]
    assert "hours" in Asked.of(FULL | {"hours": "8"}).faults(6)


@pytest.mark.parametrize(
    "said", ["王建国", " 王 建国 ", "1958-03-12", "19580312", "1958年3月12日", "１９５８．３．１２"]
)
def test_the_name_or_the_birth_date_agrees(said: str) -> None:
    assert agrees([patient(name=[{"text": "李四"}], birthDate="1990"), patient()], said)


@pytest.mark.parametrize(
    "said", ["", "王", "王建", "wang", "1958", "1958-03", "1958-03-13", "王建国1958-03-12"]
)
def test_less_than_that_does_not(said: str) -> None:
    assert not agrees([patient()], said)
    assert not agrees([patient(name=[], birthDate="1958")], said)
