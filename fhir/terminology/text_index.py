"""The text filter of $expand over stored concepts: the words under which one is found, and the query.

FHIR R4 valueset-operation-expand.html (filter). What `text_filter` finds by looking at each concept is found
here by an index: the beginnings of words, whole pinyin and its initials, and pairs of Chinese characters.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from fhir.search.names.fold import fold
from fhir.search.names.pinyin import is_chinese
from fhir.terminology.concept import Concept
from fhir.terminology.text_filter import MOST_WORDS, folded, spelled

LONGEST = 64
"""Characters of a word that are compared."""
_LAST = "\U0010ffff"


def texts_of(concept: Concept) -> list[str]:
    """The texts that a concept is found by."""
    named = [concept.code, concept.display or "", *(str(each["value"]) for each in concept.designations)]
    return [text for text in named if text]


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of the index for these texts."""
    found: dict[str, None] = {}
    for text in texts:
        for word in folded(text).split():
            found[word[:LONGEST]] = None
            found.update(dict.fromkeys(pairs(word)))
        found.update(dict.fromkeys(spelling[:LONGEST] for spelling in spelled(text)))
    return list(found)


def pairs(word: str) -> Iterator[str]:
    """Neighbours of which one is Chinese, and a Chinese character at the end by itself; each after a space,
    so that none is taken for the beginning of a word."""
    yield from _neighbours(word)
    if word and is_chinese(word[-1]):
        yield f" {word[-1]}"


def _neighbours(word: str) -> Iterator[str]:
    return (f" {one}{other}" for one, other in pairwise(word) if is_chinese(one + other))


def search_text(texts: Iterable[str]) -> str:
    """What Chinese words are looked for in; empty where there is no Chinese."""
    return "\n".join(folded(text) for text in texts if is_chinese(text))


def found_by(text: str) -> dict[str, Any]:
    """The filter of the stored concepts that answer to every word of `text`."""
    conditions = [each for word in fold(text).split()[:MOST_WORDS] for each in _conditions(word)]
    return {"$and": conditions} if conditions else {}


def _conditions(word: str) -> Iterator[dict[str, Any]]:
    if not is_chinese(word) or len(word) == 1:
        begun = f" {word}" if is_chinese(word) else word
        yield {"t": {"$elemMatch": {"$gte": begun, "$lt": begun + _LAST}}}
        return
    yield {"t": {"$all": list(_neighbours(word))}}
    yield {"x": {"$regex": re.escape(word)}}
