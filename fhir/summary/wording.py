"""Wording: what a source called something, in the language of the page where the source wrote both.

A feed often sends a Chinese local name beside the English display of an international code. The local name
may say more (a negation, a strength, a stage) or something else: English pages show both, unless a table of
ours knows the local name as a whole. A code of a fixed table is called as the table calls it, in both.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from fhir.summary.code_name import CodeName, Fixed, fixed_coding
from fhir.summary.coding import Concept, codings, folded, text_of

_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Wording(str):
    """A name: as a string the Chinese one if there is one; `english` is the other where there is one."""

    english: str

    def __new__(cls, text: str, english: str = "") -> "Wording":
        """The name for Chinese pages, and that for English ones (the same where only one is known)."""
        made = super().__new__(cls, text)
        made.english = english or text
        return made

    def within(self, language: str) -> str:
        """The name for a page in `language`."""
        return self.english if language == "en" else str(self)


class Name(str):
    """The name of a person or house: it is the same in every language."""


def named(*concepts: Any) -> Wording:
    """The name of what one or several concepts call the same thing; the first that speaks goes first."""
    texts = list(dict.fromkeys(text for concept in concepts for text in texts_of(concept)))
    if fixed := fixed_coding(*concepts):
        texts = _beyond(fixed, texts, {each["text"] for each in concepts if each and each.get("text")})
        if not texts:
            return Wording(*fixed.name)
    chinese = next(filter(speaks_chinese, texts), "")
    english = next((text for text in texts if not speaks_chinese(text)), "")
    if fixed and not fixed.says_nothing:
        return _both(fixed.name, chinese, english)
    fallback = chinese or english or next(filter(None, map(text_of, concepts)), "")
    return Wording(fallback, f"{english} ({chinese})" if chinese and english else english)


def _beyond(fixed: Fixed, texts: Iterable[str], written: Collection[str]) -> list[str]:
    """Texts that are not what a table or, in English, its standard calls the code.

    A display that is also the text is the source's own word, and so is any beside a null flavour.
    """
    known, display = set(map(folded, fixed.name)), str(fixed.coding.get("display") or "")
    if not (fixed.says_nothing or display in written or speaks_chinese(display)):
        known.add(folded(display))
    return [text for text in texts if folded(text) not in known]


def _both(name: CodeName, chinese: str, english: str) -> Wording:
    """What a table calls it, with what its source says otherwise."""
    if chinese:
        return Wording(chinese, f"{name.english} ({chinese})")
    return Wording(f"{name.chinese}（{english}）", english)


def speaks_chinese(text: str) -> bool:
    """Does a text hold Chinese?"""
    return _HAN.search(text) is not None


def joined(parts: Iterable[str], between: tuple[str, str] = ("；", "; ")) -> Wording:
    """Texts as one; the whole stays as the sources wrote it where one of them has no English."""
    said = [part if isinstance(part, Wording) else Wording(part) for part in parts]
    chinese, english = between[0].join(said), between[1].join(part.english for part in said)
    return Wording(chinese, "" if speaks_chinese(english) else english)


def spaced(*parts: str) -> Wording:
    """Words one after the other, each page its own: those without English as they are."""
    said = [part if isinstance(part, Wording) else Wording(part) for part in parts if part]
    return Wording(" ".join(said), " ".join(part.english for part in said))


def texts_of(concept: Concept | None) -> Iterator[str]:
    """What a concept is called: its text, then the displays of its codings; never a bare code."""
    if concept and concept.get("text"):
        yield str(concept["text"])
    for coding in codings(concept):
        if coding.get("display"):
            yield str(coding["display"])
