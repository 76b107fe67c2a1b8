import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.birth import LEVELS, Birth, agreement, birth, born


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1958-03-12", "1958-03-12", "same"),
        ("1958-03-12", "1958-12-03", "turned"),
        ("1958-03-12", "1958-04-30", "lunar"),
        ("1957-12-20", "1958-02-08", "lunar"),
        ("1958-03-12", "1968-03-12", "slip"),
        ("1958-03-12", "1985-03-12", "slip"),
        ("1958-03-12", "1958-03-17", "slip"),
        ("1958-03-12", "1958", "year"),
        ("1958-03-12", "1958-03", "year"),
        ("1958-03-12", "1958-01-01", "year"),
        ("1958-03-12", "1958-07-29", "near"),
        ("1958-03-12", "1959-07-29", "near"),
        ("1958-03-12", "1990-07-29", "different"),
    ],
)
def test_how_far_two_dates_agree(one: str, other: str, level: str) -> None:
    a, b = birth(one), birth(other)
    assert a is not None
    assert b is not None
    assert LEVELS[agreement(a, b)] == level
    assert agreement(b, a) == agreement(a, b)


@pytest.mark.parametrize("text", ["", "soon", "58-03-12", "１９５８-03-12"])
def test_what_is_no_date(text: str) -> None:
    assert birth(text) is None


def test_the_date_in_a_number() -> None:
    assert born("510104195803129013") == Birth(1958, 3, 12)


dates = st.builds(Birth, st.integers(1901, 2026), st.integers(0, 12), st.integers(0, 31))


@given(dates, dates)
def test_agreement_goes_both_ways(one: Birth, other: Birth) -> None:
    assert agreement(one, other) == agreement(other, one)
    assert (LEVELS[agreement(one, other)] == "same") is (one == other)
