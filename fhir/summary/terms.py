"""Plain words: what a result, a diagnosis or a drug is, beside its standard term.

Screens, section 3: short sentences, reading age of primary school, the standard term beside. The words
are data, terms.yaml; a word that is not there is simply not said.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The text for a page in `language`."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Term:
    """What is known of a code: its standard name (results only), plain words, whether it lasts."""

    name: Words | None
    plain: Words
    chronic: bool = False


@cache
def _terms() -> dict[str, dict[str, Any]]:
    data: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("terms.yaml").read_text("utf-8")
    )
    return data


def _term(entry: dict[str, Any]) -> Term:
    return Term(
        Words(*entry["name"]) if "name" in entry else None, Words(*entry["plain"]), bool(entry.get("chronic"))
    )


def result(loinc: str | None) -> Term | None:
    """The words for a laboratory test or a vital sign."""
    entry = _terms()["results"].get(loinc or "")
    return _term(entry) if entry else None


def results() -> dict[str, Term]:
    """Every test that has words, by its LOINC code."""
    return {code: _term(entry) for code, entry in _terms()["results"].items()}


def diagnosis(icd10: str | None) -> Term | None:
    """The words for a diagnosis: the longest known prefix of its code."""
    for end in range(len(icd10 or ""), 0, -1):
        entry = _terms()["diagnoses"].get(str(icd10)[:end].upper())
        if entry:
            return _term(entry)
    return None


def drug(name: str) -> Term | None:
    """The words for a drug, by a word in its name."""
    for word, entry in _terms()["drugs"].items():
        if any(part in name for part in entry.get("whole", [word])):
            return _term(entry)
    return None
