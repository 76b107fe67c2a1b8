from hypothesis import given
from hypothesis import strategies as st

from fhir.search.condition import AllOf, AnyOf
from fhir.search.entries import Entries, secret
from fhir.search.types import ngram
from fhir.search.types.ngram import Confirmed, grams
from fhir.search.types.text_index import HasSecret

TEXTS = st.text(alphabet="abc张三𠮷", max_size=20)


def keyed(text: str) -> str:
    return f"#{text}"


def never(resource: object) -> bool:
    return False


def test_groups_of_one_to_three_letters() -> None:
    assert set(grams("abcd")) == {"a", "b", "c", "d", "ab", "bc", "cd", "abc", "bcd"}
    assert set(grams("")) == set()


@given(TEXTS, TEXTS)
def test_up_to_three_letters_the_groups_decide(text: str, pattern: str) -> None:
    pattern = pattern[:3]
    assert not pattern or (pattern in grams(text)) == (pattern in text)


@given(TEXTS, st.integers(0, 20), st.integers(4, 20))
def test_no_text_that_holds_a_longer_pattern_is_missed(text: str, at: int, length: int) -> None:
    pattern = text[at : at + length]
    entries = Entries(keyed)
    ngram.hide("k", [text], entries)
    if len(pattern) > 3:
        condition = ngram.hidden("T", "k", pattern, never)
        assert isinstance(condition, Confirmed)
        assert isinstance(condition.candidates, AllOf)
        for part in condition.candidates.parts:
            assert part.filter(keyed, {})["texts"] in entries.texts


@given(TEXTS, TEXTS)
def test_endings_decide_up_to_their_length(text: str, pattern: str) -> None:
    entries = Entries(keyed)
    ngram.keep("k", text, entries)
    found = any(str(each).startswith(f"k:in|{pattern}") for each in entries.texts)
    assert not pattern or found == (pattern in text)


def test_the_number_of_groups_is_bounded() -> None:
    entries = Entries(keyed)
    ngram.hide(
        "k", ["".join(chr(0x4E00 + at + 100 * form) for at in range(100)) for form in range(20)], entries
    )
    assert len(entries.texts) == ngram.MOST_GRAMS
    condition = ngram.hidden("T", "k", "".join(map(chr, range(0x4E00, 0x4E50))), never)
    assert isinstance(condition, Confirmed)
    assert isinstance(condition.candidates, AllOf)
    assert len(condition.candidates.parts) <= ngram.MOST_ASKED


def test_a_long_text_is_marked() -> None:
    entries = Entries(keyed)
    ngram.keep("k", "x" * 300, entries)
    assert len(entries.texts) == ngram.MOST_ENDINGS + 1
    assert "k:long|" in entries.texts
    condition = ngram.shown("T", "k", "y", never)
    assert isinstance(condition, AnyOf)
    assert isinstance(condition.parts[1], Confirmed)


def test_short_patterns_of_persons_are_equalities() -> None:
    condition = ngram.hidden("T", "k", "abc", never)
    assert condition == HasSecret(("k:in|abc",))
    assert condition.filter(keyed, {}) == {"texts": secret(keyed, "k:in|abc")}
