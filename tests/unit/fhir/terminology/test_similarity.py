import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.terminology.similarity import closest, features, similarity

TEXTS = st.text("aB2 -.糖尿病血葡萄", max_size=12)


@given(TEXTS, TEXTS)
def test_it_is_a_measure(one: str, other: str) -> None:
    found = similarity(one, other)
    assert 0 <= found <= 1
    assert found == similarity(other, one)
    assert similarity(one, one) == 1


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("血清葡萄糖", "葡萄糖", "血清钠"),
        ("二型糖尿病", "2型糖尿病", "高血压"),
        ("Glucose, serum", "Glucose [Mass/volume] in Serum or Plasma", "Sodium in Serum"),
        ("ＡＬＴ", "alt", "AST"),
    ],
)
def test_what_shares_more_is_nearer(text: str, nearer: str, farther: str) -> None:
    assert similarity(text, nearer) > similarity(text, farther)


def test_only_the_same_name_is_exact() -> None:
    assert similarity("葡萄糖", "葡萄糖 ") == 1
    assert similarity("糖葡萄糖葡", "葡萄糖葡萄糖") < 1
    assert features("2型糖尿病") == {"2", "型糖", "糖尿", "尿病"}


def test_the_closest_of_several() -> None:
    assert closest(["x", "葡萄糖"], ["Glucose", "葡萄糖"]) == 1
    assert closest([], ["a"]) == 0
