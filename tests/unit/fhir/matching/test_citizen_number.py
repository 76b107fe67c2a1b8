"""Citizen numbers: the examples of the standard's rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.citizen_number import check_digit, one_slip, sex, shaped, valid

GOOD = {
    "510104195803129013": "510104195803129013",
    "510104195803129021": "510104195803129021",
    "51010819700101901x": "51010819700101901X",
    "51018520190815908X": "51018520190815908X",
    "510124197506209070": "510124197506209070",
    "512081200501019110": "512081200501019110",
    "830000198808080025": "830000198808080025",
    "510103480915003": "510103194809150031",
    " ５１０１０４１９５８０３１２９０１３ ": "510104195803129013",
}
BAD = [
    "510107199002299036",
    "510121203001019131",
    "510104195803129014",
    "",
    "张三",
    "5101041958031290",
    "0" * 18,
]


@pytest.mark.parametrize(("text", "number"), GOOD.items())
def test_valid(text: str, number: str) -> None:
    assert valid(text) == number


@pytest.mark.parametrize("text", BAD)
def test_invalid(text: str) -> None:
    assert valid(text) is None


def test_sex() -> None:
    assert (sex("510104195803129013"), sex("510104195803129021")) == ("male", "female")


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_a_single_wrong_digit_is_caught(first: str, place: int, by: int) -> None:
    other = first[:place] + str((int(first[place]) + by) % 10) + first[place + 1 :]
    assert check_digit(first) != check_digit(other)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("510104195803129014", True),
        ("510104195803129031", True),
        ("510104195803219013", True),
        ("510104195803129013", False),
        ("510104195803129022", False),
        ("150104195803129031", False),
    ],
)
def test_one_slip(other: str, expected: bool) -> None:
    assert one_slip("510104195803129013", other) is expected
    assert one_slip(other, "510104195803129013") is expected


def test_what_is_shaped_like_a_number() -> None:
    assert shaped("51010419580312901x") == "51010419580312901X"
    assert shaped("510103480915003") == "510103194809150031"
    assert shaped("5101041958031290") is None
