"""Social-credit codes: form and check character of GB 32100; the codes are constructed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.social_credit_code import check_character, valid

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STANDARD = "91350100M000100Y43"
"""The example in the standard's own annex."""


@pytest.mark.parametrize("text", [STANDARD, "91350100m000100y43", " ９１３５０１００M000100Y43 "])
def test_valid(text: str) -> None:
    assert valid(text) == STANDARD


@pytest.mark.parametrize(
    "text",
    ["", "91350100M000100Y4", STANDARD + "0", "91350100M000100Y44", "21350100M000100Y43",
     "94350100M000100Y43", "9135010OM000100Y43", "91350100I000100Y43", "91350100M000100Y4*", "锦江综合医院"],
)  # fmt: skip
def test_invalid(text: str) -> None:
    assert valid(text) is None


@given(
    st.tuples(
        st.sampled_from("159Y"), st.sampled_from("1239"), st.text("0123456789", min_size=6, max_size=6),
        st.text(ALPHABET, min_size=9, max_size=9),
    ).map("".join),
    st.integers(8, 16),
    st.integers(1, 30),
)  # fmt: skip
def test_a_single_wrong_character_is_caught(first: str, place: int, by: int) -> None:
    whole = first + check_character(first)
    other = ALPHABET[(ALPHABET.index(whole[place]) + by) % 31]
    assert valid(whole) == whole
    assert valid(whole[:place] + other + whole[place + 1 :]) is None
