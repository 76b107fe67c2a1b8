"""Controlled words: Chinese words of which the English is known, from the tables of words/.

The head of each table names its standard. A word is known whole or not at all; nothing is guessed.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fhir.summary.coding import folded
from fhir.summary.wording import Wording, speaks_chinese

_CATEGORY = re.compile(r"[A-Z]\d\d(?=$|[.X])")
_OTHERWISE = re.compile(
    "待|排|除外|疑|可能|考虑|倾向|[?？]|否|无|没有|阴性|未(?!特指)|拟|不[能是像支符]|非(?!霍奇金|小细胞|酒精|胰岛素|典型|特异|毒性|ST)"
    "|家族|父|母(?!细胞)|亲属|史|曾|既往|后(?![循壁部方颅天])|术前|高危|风险|预防|筛查|接触|陈旧|愈"
)


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
    whole = _CATEGORY.match((icd10 or "").upper())
    return beside(table("icd10").get(folded(whole[0]), ""), name) if whole else name


def operated(name: Wording, icd9: str | None) -> Wording:
    """A procedure, with English where its word is known, else that of its code beside its own words."""
    words, codes = (table("procedures")[kind] for kind in ("names", "codes"))
    if known := words.get(str(name)):
        return Wording(name, known)
    parts = (str(icd9)[:end] for end in range(len(icd9 or ""), 1, -1))
    return beside(next((codes[part] for part in parts if part in codes), ""), name)


def beside(english: str, name: Wording) -> Wording:
    """A name with the English of its code and its own words, where it has only Chinese ones.

    Not where these may say that it is not so, or not now: the English would say that it is.
    """
    if not english or not speaks_chinese(name.english) or name.english != name or _OTHERWISE.search(name):
        return name
    return Wording(name, f"{english} ({name})")
