"""Personal name, as two records of it are compared.

china.md, "Matching persons" rule 3 and "Pinyin". Width, spaces, middle dots and traditional characters are
gone; beside the written form stand how it sounds, how a speaker of Sichuanese hears it, and of a baby
without a name of its own whose child it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from fhir.matching.unknown_person import is_unknown
from fhir.search.names.fold import fold, fold_name
from fhir.search.names.pinyin import Reading, is_chinese, readings, surname_length, surname_readings

_DATA = Path(__file__).parent / "data"
_CHILD = r"(?:[长次三四五大二小]?[子女儿]|[男女]?[婴嬰][儿孩]?|毛毛|宝宝|[AB甲乙]婴?)"
_BABY = re.compile(rf"(?P<of>.{{2,20}})[之的]{_CHILD}|(?P<parent>.{{2,4}}?)[长次大二小]?{_CHILD}")
_DIALECT = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("hu", "f"), ("l", "n"))
_NASAL = re.compile(r"(?<=[ie])ng$")
_MOST_SOUNDS = 6
_ABBREVIATED = re.compile(
    r"(?:[A-Za-z]{2,}[\s,.]+)?(?:[A-Za-z][\s,.]+){0,3}[A-Za-z]\.?|(?:[A-Za-z]{2,}[\s,.]+)?[B-DF-HJ-NP-TW-Z]{2,4}"
)
"""`W. J. G.`, `Wang J G`, `WJG`, `Wang JG`: a syllable has a vowel, and initials stand in capitals."""
BLANK = "?"
_BLANKS = re.compile(r"[?*□■×�]")


@dataclass(frozen=True, slots=True)
class Name:
    """One name: `text` as compared, its surname's length, its sounds and those in dialect.

    `parent` is set where the text only says whose baby it is (张三之女); `sounds` begins with the usual one.
    `initials` are how it is abbreviated in Latin letters (`wjg`, `wangjg`); an `abbreviated` one is no more.
    """

    text: str
    surname: int
    sounds: tuple[str, ...]
    given_sound: str
    dialect: str
    dialect_surname: str
    dialect_given: str
    parent: str = ""
    initials: frozenset[str] = frozenset()
    abbreviated: bool = False

    @property
    def family(self) -> str:
        """The surname; nothing where none can be told."""
        return self.text[: self.surname]

    @property
    def given(self) -> str:
        """What follows the surname."""
        return self.text[self.surname :]


def names(patient: dict[str, Any]) -> tuple[Name, ...]:
    """The names of a Patient, each once; none of those that say only that nobody knows it."""
    found = (name_of(text) for text in dict.fromkeys(_texts(patient)) if text and not is_unknown(text))
    return tuple({name.text: name for name in found if name.text}.values())


def _texts(patient: dict[str, Any]) -> Iterator[str]:
    for name in patient.get("name") or ():
        family, given = str(name.get("family") or ""), name.get("given") or ()
        joined = "" if family and is_chinese(family) else " "
        yield joined.join((family, *map(str, given))).strip() or str(name.get("text") or "")


@lru_cache(maxsize=65_536)
def name_of(text: str) -> Name:
    """The name that a text is."""
    plain = _BLANKS.sub(BLANK, fold_name(text))
    if not is_chinese(plain):
        return _foreign(text)
    cut = surname_length(plain) if len(plain) <= 4 else 0
    surnames = surname_readings(plain[:cut]) if cut else ((),)
    given = readings(plain[cut:])
    sounds = dict.fromkeys("".join(first + second) for first in surnames[:2] for second in given)
    return Name(
        text=plain,
        surname=cut,
        sounds=tuple(sounds)[:_MOST_SOUNDS],
        given_sound="".join(given[0]),
        dialect=dialect(surnames[0] + given[0]),
        dialect_surname=dialect(surnames[0]),
        dialect_given=dialect(given[0]),
        parent=_parent(plain),
        initials=frozenset(_initials(surnames[:2], given)) if cut else frozenset(),
    )


def _initials(surnames: Iterable[Reading], given: Iterable[Reading]) -> Iterator[str]:
    """The letters of all syllables, and the surname in full before those of the others."""
    for first, second in product(surnames, given):
        letters = "".join(syllable[0] for syllable in second)
        yield "".join(syllable[0] for syllable in first) + letters
        yield "".join(first) + letters


def _foreign(text: str) -> Name:
    """A name in Latin letters: its words in a fixed order, since systems disagree which comes first."""
    whole = "".join(sorted(re.split(r"[\s,'’-]+", fold(text))))
    letters = "".join(re.findall(r"[a-z]+", fold(text))) if _ABBREVIATED.fullmatch(text.strip()) else ""
    initials = frozenset({letters} - {""})
    return Name(whole, 0, (whole,), whole, whole, "", whole, "", initials, bool(letters))


def _groups(name: str) -> dict[str, frozenset[str]]:
    """For each character of a file of groups all that stand in a group with it."""
    found: dict[str, frozenset[str]] = {}
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        group = frozenset() if line.startswith("#") else frozenset(line.strip())
        for character in group:
            found[character] = found.get(character, frozenset()) | group
    return found


_RARE, _SIMILAR = _groups("rare_characters.txt"), _groups("similar_characters.txt")


def substitutes(one: str, other: str) -> bool:
    """Is one character what systems put in the place of the other?"""
    return other in _RARE.get(one, ())


def similar(one: str, other: str) -> bool:
    """Are two characters easily taken for one another: by look, by sound, or one of them not readable?"""
    if BLANK in (one, other) or other in _SIMILAR.get(one, ()):
        return True
    return bool(_heard(one) & _heard(other))


@lru_cache(maxsize=16_384)
def _heard(character: str) -> frozenset[str]:
    return frozenset(dialect(reading) for reading in readings(character))


def dialect(syllables: tuple[str, ...]) -> str:
    """How a reading is heard in Sichuan: flat for retroflex sounds, n for l, f for hu, -n for -ng."""
    return " ".join(map(_flat, syllables))


@lru_cache(maxsize=4096)
def _flat(syllable: str) -> str:
    for sound, heard in _DIALECT:
        if syllable.startswith(sound):
            syllable = heard + (syllable[len(sound) :] or "u")
            break
    return _NASAL.sub("n", syllable)


def _parent(text: str) -> str:
    """Whose baby a name tells of; three characters may be a name of its own (刘华婴)."""
    found = _BABY.fullmatch(text)
    if found is None or (found["of"] is None and len(text) < 4):
        return ""
    return found["of"] or found["parent"]
