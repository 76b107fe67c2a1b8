"""Controlled words: Chinese words of which the English is known, from the tables of words/.

The head of each table names its standard. A word is known whole or not at all; nothing is guessed.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fhir.summary.coding import folded
from fhir.summary.wording import Wording, speaks_chinese


@cache
def table(name: str) -> dict[str, Any]:
    """A table of words/ by its name; its words are folded."""
    path = Path(__file__).with_name("words") / f"{name}.yaml"
    return {folded(str(word)): said for word, said in yaml.safe_load(path.read_text("utf-8")).items()}


def controlled(kind: str, text: str) -> Wording:
    """A text of a source, with English where it is a word of the table `kind`."""
    said = table(kind).get(folded(text), "")
    return Wording(text, said or (text.english if isinstance(text, Wording) else ""))


def diagnosed(name: Wording, icd10: str | None) -> Wording:
    """A diagnosis, with English where its word is known and its code lies in the same category; else, where
    the source sent none, that of the category beside its own words."""
    category, english = table("diagnoses").get(folded(name), ("", ""))
    if category:
        agrees = icd10 is None or icd10.upper().startswith(category)
        return Wording(name, english) if agrees else name
    return beside(table("icd10").get(folded(str(icd10)[:3]), ""), name) if icd10 else name


def operated(name: Wording, icd9: str | None) -> Wording:
    """A procedure, with English where its word is known, else that of its code beside its own words."""
    words, codes = (table("procedures")[kind] for kind in ("names", "codes"))
    if known := words.get(str(name)):
        return Wording(name, known)
    parts = (str(icd9)[:end] for end in range(len(icd9 or ""), 1, -1))
    return beside(next((codes[part] for part in parts if part in codes), ""), name)


def beside(english: str, name: Wording) -> Wording:
    """A name with the English of its code and its own words, where it has only Chinese ones."""
    if not english or not speaks_chinese(name.english) or name.english != name:
        return name
    return Wording(name, f"{english} ({name})")
