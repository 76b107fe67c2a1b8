import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Refusal
from fhir.search.filter_expression import Comparison, Joined, Negated, parse


def test_and_and_or_are_joined_from_left_to_right() -> None:
    tree = parse("a eq 1 or b eq 2 and not (c eq 3)")
    assert isinstance(tree, Joined)
    assert (tree.word, isinstance(tree.left, Joined), isinstance(tree.right, Negated)) == ("and", True, True)


def test_a_path_with_a_type_and_a_filter_in_it() -> None:
    tree = parse('subject:Patient[active eq true].name co "张 三"')
    assert isinstance(tree, Comparison)
    first, second = tree.path
    assert (first.name, first.type, second.name) == ("subject", "Patient", "name")
    assert isinstance(first.filter, Comparison)
    assert (tree.operator, tree.value) == ("co", "张 三")


@pytest.mark.parametrize(
    ("text", "place"),
    [("", 1), ("a", 2), ("a xx 1", 3), ("a eq", 5), ("a eq 1)", 7), ("(a eq 1", 8), ("a eq 1 b", 8)],
)
def test_a_fault_is_named_by_its_place(text: str, place: int) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert f"at character {place}:" in str(refused.value)


@given(st.text(max_size=40))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except Refusal as refusal:
        assert refusal.status == 400  # noqa: PT017
