"""High alert: drugs that whoever treats a person must know of first.

By the ATC code, else by an ingredient or another name of it; the classes are data, high_alert.yaml. Of names
that lie in one another the longest counts (阿扑吗啡 is no 吗啡).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from fhir.resource import Resource
from fhir.summary.coding import codings
from fhir.summary.drug_word import drug_of, medication_of
from fhir.summary.file import HealthFile
from fhir.summary.form import Way, way_of
from fhir.summary.medications import Medication
from fhir.summary.wording import texts_of

_NONE = "none_of_these"
_ATC = ("whocc.no/atc", "2.16.840.1.113883.6.73")
_LOCAL = {Way.EYE, Way.EAR, Way.NOSE, Way.AIRWAYS, Way.SKIN}
_LOCAL_CODES = ("A01", "C05", "D", "G01", "M02", "R01", "R03", "S")
"""ATC: what is for mouth, skin, vagina, nose, airways, eye and ear, or for veins and joints from outside."""


@dataclass(frozen=True, slots=True)
class _Class:
    codes: tuple[str, ...]
    local: bool


def high_alert_first(file: HealthFile, lines: Iterable[Medication]) -> list[Medication]:
    """The lines with those of a high-alert class before all others, else in the order that they had."""
    drugs = {f"Medication/{each.get('id')}": each for each in file.of("Medication")}
    return sorted(lines, key=lambda line: not any(_alerts(each, drugs) for each in line.originals))


def _alerts(resource: Resource, drugs: dict[str, Resource]) -> bool:
    """Is the drug that a resource speaks of in one of the classes?"""
    drug = drug_of(resource, drugs)
    atc = [str(each["code"]).upper() for each in codings(drug) if _is_atc(each) and each.get("code")]
    if any(code.startswith(each.codes) for code in atc for each in _classes().values()):
        return True
    local = any(code.startswith(_LOCAL_CODES) for code in atc) or (
        way_of(resource, drug, medication_of(resource, drugs).get("form")) in _LOCAL
    )
    return any(each.local or not local for each in _named(" ".join(texts_of(drug))))


def _named(text: str) -> Iterator[_Class]:
    """The classes of the drugs that a text names."""
    for found in _pattern().finditer(_plain(text)):
        name = _words()[found[0]]
        if name is not None:
            yield _classes()[name]


def _plain(text: str) -> str:
    """A text for comparison: width and case made equal, no blanks beside Han characters."""
    written = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", written)


def _is_atc(coding: Resource) -> bool:
    return str(coding.get("system") or "").lower().rstrip("/").endswith(_ATC)


@cache
def _pattern() -> re.Pattern[str]:
    """Every name, the longest first; a Latin one begins where a word does (tiotropium is no opium)."""
    names = sorted(_words(), key=len, reverse=True)
    return re.compile("|".join(f"(?<![a-z]){re.escape(name)}" if name.isascii() else name for name in names))


@cache
def _words() -> dict[str, str | None]:
    """Every name with its class; None where it is none of them."""
    told = dict(_table())
    words: dict[str, str | None] = {_plain(word): None for word in told.pop(_NONE)}
    for name, each in told.items():
        synonyms = (*(word for pair in each["ingredients"].items() for word in pair), *each["also"])
        words |= {_plain(word): name for word in synonyms}
    return words


@cache
def _classes() -> dict[str, _Class]:
    told = {name: each for name, each in _table().items() if name != _NONE}
    return {name: _Class(tuple(each["atc"]), each.get("local", True)) for name, each in told.items()}


@cache
def _table() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("high_alert.yaml").read_text("utf-8"))
    return told
