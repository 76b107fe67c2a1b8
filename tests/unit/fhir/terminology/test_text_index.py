"""The index finds exactly what the filter finds by looking at each concept."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fhir.search.names.fold import fold
from fhir.terminology.concept import Concept
from fhir.terminology.text_filter import text_filter
from fhir.terminology.text_index import found_by, search_text, texts_of, words_of

LETTERS = "aB2é-. 糖尿病高（）长"
TEXTS = st.text(LETTERS, min_size=1, max_size=14)


def held(filter: dict[str, Any], words: Sequence[str], text: str) -> bool:
    """What MongoDB does with such a filter."""
    for each in filter.get("$and", ()):
        if "x" in each:
            if fold(each["x"]["$regex"].replace("\\", "")) not in text:
                return False
        elif "$elemMatch" in each["t"]:
            bounds = each["t"]["$elemMatch"]
            if not any(bounds["$gte"] <= word < bounds["$lt"] for word in words):
                return False
        elif not set(each["t"]["$all"]) <= set(words):
            return False
    return True


@given(TEXTS, TEXTS, st.text(LETTERS, max_size=6))
def test_the_index_and_the_filter_agree(display: str, other: str, asked: str) -> None:
    concept = Concept("A00.1", display, designations=({"value": other},))
    texts = texts_of(concept)
    assert held(found_by(asked), words_of(texts), search_text(texts)) == text_filter(asked)(concept)


def test_the_words_of_a_text() -> None:
    assert {" 糖尿", " 尿病", " 病", "tangniaobing", "tnb", "e11.9", "e11", "9"} <= set(
        words_of(["糖尿病", "E11.9"])
    )
