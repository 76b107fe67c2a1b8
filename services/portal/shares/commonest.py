"""Commonest: is a passcode made only of what whoever guesses tries first?

NIST SP 800-63B, 5.1.1.2: no commonly used value, no row, no repetition, no name of the user. The table is
data, commonest.yaml; names are tried in Han characters, in pinyin and by their initials.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fhir.search.names.pinyin import is_chinese, surname_length, surname_readings, syllables

_FEW = 4
"""So many digits beside a name or a common word are tried with it."""
_ROW = 3
_DIGITS_FOR = str.maketrans("013457@$!", "oieastasi")
_PARTS = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_YEARS = re.compile(r"(?:19|20)\d\d")


def commonest(passcode: str, names: Iterable[str], known: Callable[[str], bool]) -> bool:
    """Does nothing stand in it but common words, rows, repeated signs, parts of `names`, and digits that are
    few, trivial or `known`?"""
    table, pieces = _table(), {piece for name in names for piece in _pieces(name)}
    bare = "".join(_PARTS.findall(passcode))
    if not bare:
        return False
    if bare in table["whole"] or _repeated(bare) or _spelled(passcode, table["words"]):
        return True
    letters = [part for part in _PARTS.findall(bare) if not part.isdigit()]
    digits = [part for part in _PARTS.findall(bare) if part.isdigit()]
    alone = len("".join(letters)) < 2
    few = 0 if alone else _FEW
    return (alone or all(_trivial(part, table["words"] | pieces) for part in letters)) and all(
        len(part) <= few or _trivial(part, table["digits"]) or (len(part) >= _FEW and known(part))
        for part in digits
    )


def _repeated(text: str) -> bool:
    """123123, abab: one to three signs over and over."""
    return re.fullmatch(r"(.{1,3}?)\1+", text) is not None


def _spelled(passcode: str, words: frozenset[str]) -> bool:
    """p4ssw0rd, p@ssword1: a common word in digits and signs for letters, with a few more behind."""
    letters = passcode.translate(_DIGITS_FOR)
    return any(
        len(word) > _FEW and letters.startswith(word) and len(letters) - len(word) <= _FEW for word in words
    )


def _trivial(part: str, words: frozenset[str] | set[str]) -> bool:
    """Is it words, rows and repeated signs from one end to the other?"""
    reached = {0}
    for start in range(len(part)):
        if start in reached:
            reached |= {end for end in range(start + 1, len(part) + 1) if _usual(part[start:end], words)}
    return len(part) in reached


def _usual(text: str, words: frozenset[str] | set[str]) -> bool:
    if text in words or _YEARS.fullmatch(text):
        return True
    if len(text) >= 2 and len(set(text)) == 1:
        return True
    return len(text) >= _ROW and any(text in row for row in _table()["rows"])


def _pieces(name: str) -> Iterator[str]:
    """What a name is taken apart into: its words, the syllables and initials of Han characters, its parts."""
    for part in re.split(r"[\W_]+", name.casefold()):
        if not is_chinese(part):
            yield from filter(None, (part, part[:1]))
            continue
        surname = surname_length(part)
        spelled = {each for reading in surname_readings(part[:surname]) for each in reading}
        spelled |= {each for sign in part for each in syllables(sign)}
        yield from (part, part[:surname], part[surname:], *spelled, *(each[0] for each in spelled))


@cache
def _table() -> dict[str, frozenset[str]]:
    told: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("commonest.yaml").read_text("utf-8"))
    made = {name: frozenset(map(str, values)) for name, values in told.items()}
    return made | {"rows": made["rows"] | {row[::-1] for row in made["rows"]}}
