"""The text filter of $expand: what a person types to find a code.

FHIR R4 valueset-operation-expand.html (filter). Each word begins a word of the display, of a designation or
of the code; case, width and accents don't count. Chinese is found anywhere in a text, by whole pinyin
(`nanxing`) and by initials (`nx`).
"""

from collections.abc import Callable
from functools import lru_cache

from fhir.search.names.fold import fold
from fhir.search.names.pinyin import is_chinese, readings
from fhir.terminology.concept import Concept

MOST_WORDS = 16
_LONGEST_CHINESE = 24


def text_filter(text: str) -> Callable[[Concept], bool]:
    """Does a concept answer to every word of `text`?"""
    words = fold(text).split()[:MOST_WORDS]
    return lambda concept: all(_answers(concept, word) for word in words)


def _answers(concept: Concept, word: str) -> bool:
    texts = [concept.code, concept.display or "", *(str(each["value"]) for each in concept.designations)]
    return any(_begins(text, word) for text in texts if text)


def _begins(text: str, word: str) -> bool:
    if is_chinese(word):
        return word in folded(text)
    return f" {word}" in folded(text) or any(spelling.startswith(word) for spelling in spelled(text))


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """The words of a text, each after a space; brackets and hyphens separate words too."""
    plain = fold(text)
    parts = "".join(sign if sign.isalnum() else " " for sign in plain)
    return f" {plain} {parts}"


@lru_cache(maxsize=16384)
def spelled(text: str) -> tuple[str, ...]:
    """The beginning of a Chinese text in pinyin, whole and by its initials."""
    if not is_chinese(text):
        return ()
    spelled = readings(fold(text)[:_LONGEST_CHINESE])
    whole = ("".join(syllables) for syllables in spelled)
    initials = ("".join(syllable[:1] for syllable in syllables) for syllables in spelled)
    return (*whole, *initials)
