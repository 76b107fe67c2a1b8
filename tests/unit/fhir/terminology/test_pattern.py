import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Refusal
from fhir.terminology.pattern import Pattern

_PATTERNS = ["a*b", "(a|b)+", "a{2,3}", "[^a]b?", "(ab)*c|a", "a.b"]


@given(st.sampled_from(_PATTERNS), st.text("abc", max_size=6))
def test_it_agrees_with_the_usual_engine(pattern: str, text: str) -> None:
    assert Pattern(pattern).fullmatch(text) == bool(re.fullmatch(pattern, text))


def test_a_trap_is_none() -> None:
    assert not Pattern("(a+)+b").fullmatch("a" * 5000)


@pytest.mark.parametrize("text", ["(", "a" * 600, "(?i)a", r"(a)\1", "(?=a)b"])
def test_what_is_not_taken_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        Pattern(text)
