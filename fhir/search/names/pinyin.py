"""Pinyin: the readings of a Chinese name in Latin letters, without tones.

GB/T 28039 and ISO 7098. Surnames are read by our own table first; every other character by pypinyin, with
the readings in use kept side by side (polyphones). `ü` is written v, u and yu, as people type it.
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice, product

from fhir.search.names.surname import COMPOUND, READINGS

# Its table of phrases takes 45 MB of each process, and here every character is read by itself.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
import pypinyin

MOST_READINGS = 2
MOST_FORMS = 8
SHORT = 3
Reading = tuple[str, ...]


def is_chinese(text: str) -> bool:
    """Whether any character is a Chinese one (basic, extension or compatibility block)."""
    return not text.isascii() and any(map(_han, text))


def surname_length(name: str) -> int:
    """How many characters of a name without spaces are the surname; 0 when it isn't Chinese."""
    if not name or not _han(name[0]):
        return 0
    return 2 if len(name) > 2 and name[:2] in COMPOUND else 1


@lru_cache(maxsize=4096)
def surname_readings(surname: str) -> tuple[Reading, ...]:
    """The readings of a surname, its own first, then those of its characters in other words."""
    own = COMPOUND.get(surname) or READINGS.get(surname) or ()
    spelled = [spelling for each in own for spelling in product(*map(_spellings, each.split("-")))]
    return tuple(dict.fromkeys((*spelled, *readings(surname))))[:MOST_FORMS]


def readings(text: str) -> list[Reading]:
    """The readings of any text as tuples of syllables, the usual one first, at most MOST_FORMS."""
    choices = [syllables(character) for character in text]
    usual = tuple(choice[0] for choice in choices)
    varied = (
        (*usual[:at], each, *usual[at + 1 :]) for at, choice in enumerate(choices) for each in choice[1:]
    )
    rest = product(*choices) if len(choices) <= SHORT else ()
    return list(islice(dict.fromkeys(chain((usual,), varied, rest)), MOST_FORMS))


@lru_cache(maxsize=32768)
def syllables(character: str) -> tuple[str, ...]:
    """The readings of one character; a character without any stands for itself."""
    if not _han(character):
        return (character,)
    found = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(each for syllable in found[:MOST_READINGS] for each in _spellings(syllable)))


def _spellings(syllable: str) -> Iterable[str]:
    if not syllable.startswith(("lv", "nv")):
        return (syllable,)
    return (syllable, syllable.replace("v", "u"), syllable.replace("v", "yu"))


def _han(character: str) -> bool:
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
        or character == "\u3007"
    )
