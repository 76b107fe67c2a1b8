from hypothesis import given
from hypothesis import strategies as st

from fhir.terminology.hierarchy import Hierarchy

_PAIRS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=15)


def test_all_above_and_below() -> None:
    family = Hierarchy([("a", "b"), ("b", "c"), ("x", "c")])
    assert list(family.above("c")) == ["b", "x", "a"], "nearest first"
    assert set(family.below("a")) == {"b", "c"}
    assert (bool(family), bool(Hierarchy([]))) == (True, False)


@given(_PAIRS)
def test_above_is_the_reverse_of_below_and_a_cycle_ends(pairs: list[tuple[str, str]]) -> None:
    family = Hierarchy(pairs)
    for one in "abcdef":
        assert one not in family.below(one)
        for other in family.below(one):
            assert one in family.above(other)
