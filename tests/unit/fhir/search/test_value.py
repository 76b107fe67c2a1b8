import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.search.value import alternatives, escaped, guarded, plain, separate, well_escaped


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b", ["a", "b"]),
        (r"a\,b,c", [r"a\,b", "c"]),
        (r"a\\,b", [r"a\\", "b"]),
        (",a,, ,b,", ["a", "b"]),
        ("", []),
        ("\\", ["\\"]),
    ],
)
def test_alternatives(text: str, parts: list[str]) -> None:
    assert alternatives(text) == parts


@pytest.mark.parametrize(
    ("text", "well"), [("a b", True), (r"a\,\|\$\\", True), (r"a\b", False), ("a\\", False), (r"a\\b", True)]
)
def test_a_backslash_makes_a_separator_ordinary_and_nothing_else(text: str, well: bool) -> None:
    assert well_escaped(text) is well


def test_escapes() -> None:
    assert plain(r"a\,b\|c\$d\\e\x") == r"a,b|c$d\e\x"
    assert separate(r"s|c\|d", "|") == ["s", r"c\|d"]


@given(st.lists(st.text(alphabet="ab,|$\\", min_size=1), min_size=1))
def test_escaped_values_come_back(values: list[str]) -> None:
    joined = ",".join(map(escaped, values))
    assert [plain(each) for each in separate(joined, ",")] == values
    assert well_escaped(joined)


@given(st.text(alphabet="a|\\"), st.text(alphabet="a|\\"), st.text(alphabet="a|\\"), st.text(alphabet="a|\\"))
def test_guarded_parts_of_a_token_can_not_be_mixed_up(a: str, b: str, c: str, d: str) -> None:
    same = f"{guarded(a)}|{guarded(b)}" == f"{guarded(c)}|{guarded(d)}"
    assert same == ((a, b) == (c, d))
