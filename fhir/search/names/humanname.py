"""HumanName: every form in which a person's name is looked for.

FHIR R4 2.24.0.12 (datatypes.html#HumanName) and search.html#string. Written forms (text, family, given,
both orders) and, for Chinese names, pinyin in both orders and the initials. All forms are folded and
without spaces.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Any

from fhir.search.names.fold import fold_name, words
from fhir.search.names.pinyin import Reading, is_chinese, readings, surname_length, surname_readings

_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|van|üan|ai|ei|ao|ou|"
    r"an|en|er|ia|ie|in|iu|ua|uo|ui|un|ue|ve|üe|vn|ün|a|o|e|i|u|v|ü)"
)
_TONED = re.compile(rf"(?>{_SYLLABLE}[1-5]?[\s'’-]*)++", re.IGNORECASE)
_TONE = re.compile(r"(?<=[A-Za-züÜ])[1-5](?!\d)|['’]")
LONGEST_WITH_SURNAME = 4
MOST_PAIRS = 16
LONGEST_PINYIN = 40


def forms(name: dict[str, Any]) -> Iterator[str]:
    """All forms of a HumanName: what `name` matches. Repeats are the caller's to remove."""
    family, given = _family(name), _given(name)
    joined = "".join(given)
    yield from written(name)
    if family or given:
        yield from pinyin(family, joined)
    text = _text(name, "text")
    if text and fold_name(text) != family + joined:
        yield from _pinyin_of_text(text)


def written(name: dict[str, Any]) -> Iterator[str]:
    """The forms as they are written: the parts, and family and given names in both orders."""
    text, family, given = _text(name, "text"), _family(name), _given(name)
    if text:
        yield fold_name(text)
        yield from words(text)
    yield from _with_parts(_text(name, "family"))
    for each in parts_of(name, ("given",)):
        yield from _with_parts(each)
    for first in dict.fromkeys(("".join(given), given[0])) if family and given else ():
        yield family + first
        yield first + family
    for member in ("prefix", "suffix"):
        yield from map(fold_name, parts_of(name, (member,)))


def _with_parts(text: str) -> Iterator[str]:
    """A name and, where it has several (Carreno Quinones, Smith-Jones), each of its parts."""
    parts = [part for word in words(text) for part in word.split("-") if part]
    several = parts if len(parts) > 1 else []
    yield from dict.fromkeys(form for form in (fold_name(text), "".join(parts), *several) if form)


def asked_name(text: str) -> str:
    """A name as it is looked for: pinyin loses its tone numbers and apostrophes (`zhang1 san1`, `xi'an`)."""
    return _TONE.sub("", text) if len(text) <= LONGEST_PINYIN and _TONED.fullmatch(text) else text


def spoken(text: str) -> str:
    """How a name that is searched for sounds: its usual reading in Chinese, else as it is written."""
    folded = fold_name(text)
    return "".join(readings(folded)[0]) if is_chinese(folded) else folded


def family_forms(text: str) -> Iterator[str]:
    """What `family` matches: the family name, its parts and its readings."""
    family = fold_name(text)
    yield from _with_parts(text)
    if is_chinese(family):
        yield from map("".join, surname_readings(family))


def given_forms(text: str) -> Iterator[str]:
    """What `given` matches: a given name, its parts, its readings and their initials."""
    given = fold_name(text)
    yield from _with_parts(text)
    if is_chinese(given):
        yield from _read(readings(given))


def pinyin(family: str, given: str) -> Iterator[str]:
    """The readings and initials of a folded name, its given part alone, its usual reading turned round."""
    if not is_chinese(family + given):
        return
    surnames: Sequence[Reading] = surname_readings(family) if family else [()]
    personal = readings(given)
    yield from _read(islice((first + second for first, second in product(surnames, personal)), MOST_PAIRS))
    if family and given:
        yield from map("".join, personal)
        yield "".join(personal[0] + surnames[0])


def _read(found: Iterable[Reading]) -> Iterator[str]:
    for reading in found:
        yield "".join(reading)
        yield "".join(syllable[:1] for syllable in reading)


def _pinyin_of_text(text: str) -> Iterator[str]:
    """Of a whole name: the surname is cut off, unless the name is too long to have one (买买提·阿不都)."""
    parts = words(text)
    if not is_chinese(text):
        return
    whole = "".join(parts)
    if len(whole) > LONGEST_WITH_SURNAME:
        for part in dict.fromkeys((whole, *parts)):
            yield from _read(readings(part))
    else:
        cut = surname_length(whole)
        yield from pinyin(whole[:cut], whole[cut:])


def _family(name: dict[str, Any]) -> str:
    return fold_name(_text(name, "family"))


def _given(name: dict[str, Any]) -> list[str]:
    return [folded for each in parts_of(name, ("given",)) if (folded := fold_name(each))]


def _text(name: dict[str, Any], member: str) -> str:
    return next(iter(parts_of(name, (member,))), "")


def parts_of(value: Any, members: Iterable[str]) -> list[str]:
    """The texts of these members of a complex value, lists flattened."""
    found: list[str] = []
    for member in members if isinstance(value, dict) else ():
        part = value.get(member)
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, list):
            found += [each for each in part if isinstance(each, str)]
    return found
