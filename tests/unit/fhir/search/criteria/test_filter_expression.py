"""Checklist line 91: the grammar of _filter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Fault, Refusal
from fhir.search.criteria.filter_expression import MOST_TESTS, Comparison, Joined, Negated, Tree, parse


def spelled(tree: Tree) -> str:
    """A tree with all its brackets."""
    if isinstance(tree, Joined):
        return f"({spelled(tree.left)} {tree.word} {spelled(tree.right)})"
    if isinstance(tree, Negated):
        return f"not {spelled(tree.inner)}"
    path = ".".join(
        step.name
        + (f":{step.type}" if step.type else "")
        + (f"[{spelled(step.filter)}]" if step.filter else "")
        for step in tree.path
    )
    return f"{path} {tree.operator} {tree.value!r}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name co "pet"', "name co 'pet'"),
        ("  name   co\tpet ", "name co 'pet'"),
        ("a eq 1 and b eq 2 or c eq 3", "((a eq '1' and b eq '2') or c eq '3')"),
        ("a eq 1 or b eq 2 and c eq 3", "((a eq '1' or b eq '2') and c eq '3')"),
        ("a eq 1 or (b eq 2 and c eq 3)", "(a eq '1' or (b eq '2' and c eq '3'))"),
        ("not (a eq 1) and b eq 2", "(not a eq '1' and b eq '2')"),
        ("not(a eq 1)", "not a eq '1'"),
        ("not eq 1", "not eq '1'"),
        ("((a eq 1))", "a eq '1'"),
        ("code eq http://loinc.org|1234-5", "code eq 'http://loinc.org|1234-5'"),
        ('a eq "x \\"y\\" \\u00e9 ) ] and"', "a eq 'x \"y\" é ) ] and'"),
        ("a.b.c-d sw x", "a.b.c-d sw 'x'"),
        ("a:Patient.b eq x", "a:Patient.b eq 'x'"),
        ("a[b eq 1 and c eq 2].d eq 3", "a[(b eq '1' and c eq '2')].d eq '3'"),
        ("a[b[c eq 1].d eq 2].e pr true", "a[b[c eq '1'].d eq '2'].e pr 'true'"),
        ("_has:Observation:patient:code eq x", "_has:Observation:patient:.code eq 'x'"),
        ("(a eq 1)and(b eq 2)", "(a eq '1' and b eq '2')"),
        ("date ge 2014-10-10T10:00:00+08:00", "date ge '2014-10-10T10:00:00+08:00'"),
    ],
)
def test_what_is_read(text: str, expected: str) -> None:
    assert spelled(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("", 1, "name of a search parameter"),
        ("name", 5, "operator"),
        ("name xx 1", 6, "operator"),
        ("name eq", 8, "value"),
        ("name eq ", 9, "value"),
        ("name eq )", 9, "value"),
        ('name eq "open', 9, "value"),
        ('name eq "\\ud800"', 9, "no character"),
        ('name eq "\\q"', 9, "no character"),
        ("name eq x)", 10, "the end"),
        ("name eq x y", 11, "the end"),
        ("name eq x and", 14, "name of a search parameter"),
        ("(name eq x", 11, "closing bracket"),
        ("not name eq x", 5, "operator"),
        ("a[b eq 1", 9, "square bracket"),
        ("a[b eq 1] eq 2", 10, "dot"),
        ("a. eq 2", 3, "name of a search parameter"),
        ("1a eq 2", 1, "name of a search parameter"),
        ("a eq 1 xor b eq 2", 8, "the end"),
    ],
)
def test_what_is_wrong_is_told_where(text: str, at: int, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.fault is Fault.PARAMETER
    assert f"at character {at}: " in str(refused.value)
    assert why in str(refused.value)


@pytest.mark.parametrize("text", ["(" * 50 + "a eq 1" + ")" * 50, " or ".join(["a eq 1"] * (MOST_TESTS + 1))])
def test_there_is_an_end(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.fault is Fault.TOO_COSTLY


atoms = st.builds(
    lambda name, operator, value: f"{name} {operator} {value}",
    st.sampled_from(["a", "b.c", "x:Patient.y"]),
    st.sampled_from(["eq", "co", "pr"]),
    st.sampled_from(["1", '"a b"', "x|y"]),
)
texts = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda one: f"({one})", inner),
        st.builds(lambda one: f"not ({one})", inner),
        st.builds(
            lambda one, word, other: f"{one} {word} {other}", inner, st.sampled_from(["and", "or"]), inner
        ),
    ),
    max_leaves=8,
)


@given(texts)
def test_a_tree_with_all_its_brackets_is_the_same_tree(text: str) -> None:
    tree = parse(text)
    assert parse(_bracketed(tree)) == tree or spelled(parse(_bracketed(tree))) == spelled(tree)


def _bracketed(tree: Tree) -> str:
    if isinstance(tree, Joined):
        return f"({_bracketed(tree.left)} {tree.word} {_bracketed(tree.right)})"
    if isinstance(tree, Negated):
        return f"not ({_bracketed(tree.inner)})"
    assert isinstance(tree, Comparison)
    path = ".".join(step.name + (f":{step.type}" if step.type else "") for step in tree.path)
    return f'{path} {tree.operator} "{tree.value}"'


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except Refusal as refusal:
        assert "_filter" in str(refusal)  # noqa: PT017
    else:
        assert spelled(tree)
