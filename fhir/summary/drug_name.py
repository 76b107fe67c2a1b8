"""Drug name: the English of a Chinese drug name that is made of known parts and of nothing else."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from fhir.summary.wording import Wording


@cache
def _parts() -> dict[str, dict[str, str]]:
    path = Path(__file__).with_name("words") / "drugs.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return data


@cache
def _pattern() -> re.Pattern[str]:
    salts, after, ingredients, forms = (
        "|".join(sorted(map(re.escape, _parts()[kind]), key=len, reverse=True))
        for kind in ("salts", "after", "ingredients", "forms")
    )
    return re.compile(rf"({salts})?({ingredients})({after})?({forms})?\s*(\d+(?:\.\d+)?\s?(?:mg|g|ug))?")


def drug_name(name: Wording) -> Wording:
    """A name with its English where that is known as a whole, else as its source gave it."""
    english = _english(str(name))
    return Wording(name, english) if english else name


@lru_cache(maxsize=4096)
def _english(name: str) -> str:
    found = _pattern().fullmatch(name)
    if not found:
        return ""
    salt, ingredient, after, form, strength = found.groups(default="")
    parts = _parts()
    said = (parts["ingredients"][ingredient], parts["after"].get(after, ""), parts["salts"].get(salt, ""))
    return " ".join(filter(None, (*said, parts["forms"].get(form, ""), strength)))
