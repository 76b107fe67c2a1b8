"""Controlled words: Chinese words of which the English is known, from the tables of words/.

The head of each table names its standard. A word is known whole or not at all; nothing is guessed.
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fhir.summary.coding import folded
from fhir.summary.wording import Wording


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
    """A diagnosis, with English where its word is known and its code lies in the same category."""
    category, english = table("diagnoses").get(folded(name), ("", ""))
    agrees = icd10 is None or icd10.upper().startswith(category)
    return Wording(name, english) if category and agrees else name
