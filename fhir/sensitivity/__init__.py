"""Sensitivity: the security labels that the content of a resource calls for, whoever wrote it.

FHIR R4 security-labels.html; HL7 v3-ActCode, InformationSensitivityPolicy. `rules.yaml` says by code and by
word what is HIV, STD, psychiatric, of substances, reproductive, genetic or of violence.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from fhir.resource import Resource

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_SILENT = frozenset({"meta", "text", "subject", "patient", "extension"})
"""Where nothing is said of what the resident has: a name may hold any word."""
_PEOPLE = frozenset({"Patient", "Person", "Practitioner", "RelatedPerson"})
"""What is contained of these types has names."""
_SENTENCES = frozenset(
    {
        "comment",
        "conclusion",
        "description",
        "display",
        "patientInstruction",
        "summary",
        "title",
        "valueString",
    }
)
"""Elements that hold words without a code: what a document is called, what a report concludes, what a
reference is shown as."""
_LONG = 200
"""Words of more characters are not remembered."""
_BLOCK = re.compile(r"([A-Z]\d\d)(?:\.(\d))?-([A-Z]\d\d)(?:\.(\d))?")


class _Codes(NamedTuple):
    starts: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]

    def hold(self, code: str) -> bool:
        if code.startswith(self.starts):
            return True
        return any(first <= code[: len(first)] and code[: len(last)] <= last for first, last in self.blocks)


class _Rules(NamedTuple):
    version: str
    systems: dict[str, str]
    codes: dict[str, dict[str, _Codes]]
    words: dict[str, re.Pattern[str]]


def version() -> str:
    """The version of the rules; another one asks for the labels to be computed anew."""
    return _rules().version


def labels() -> frozenset[tuple[str, str]]:
    """Every label that the rules may give, as system and code."""
    return frozenset((ACT_CODE, code) for code in _rules().codes)


def sensitivities(resource: Resource) -> list[tuple[str, str]]:
    """The labels of a resource, each once, as system and code."""
    found: dict[str, None] = {}
    for system, code, text in _said(resource):
        known = _of if len(text) <= _LONG else _of.__wrapped__
        found |= dict.fromkeys(known(system, code, text))
    return [(ACT_CODE, each) for each in found]


def _said(value: Any) -> Iterator[tuple[str, str, str]]:
    """System, code and words of each Coding and CodeableConcept below, and of what is told in words alone."""
    if isinstance(value, list):
        for each in value:
            yield from _said(each)
    elif isinstance(value, dict):
        coded = isinstance(value.get("code"), str) and ("system" in value or "display" in value)
        if coded:
            yield str(value.get("system", "")), value["code"], str(value.get("display", ""))
        elif isinstance(value.get("text"), str):
            yield "", "", value["text"]
        for name, each in value.items():
            if name in _SILENT:
                continue
            if isinstance(each, dict | list):
                yield from _said(_unnamed(each) if name == "contained" else each)
            elif name in _SENTENCES and isinstance(each, str) and not coded:
                yield "", "", each


def _unnamed(contained: Any) -> Any:
    """What is contained, without people."""
    listed = contained if isinstance(contained, list) else ()
    return [each for each in listed if isinstance(each, dict) and each.get("resourceType") not in _PEOPLE]


@lru_cache(maxsize=4096)
def _of(system: str, code: str, text: str) -> tuple[str, ...]:
    rules, folded = _rules(), text.casefold()
    family = next((name for part, name in rules.systems.items() if part in system.casefold()), None)
    found = []
    for label, codes in rules.codes.items():
        coded = family in codes and codes[family].hold(code.upper())
        if coded or (folded and rules.words[label].search(folded)):
            found.append(label)
    return tuple(found)


@cache
def _rules() -> _Rules:
    read = yaml.safe_load(Path(__file__).with_name("rules.yaml").read_text("utf-8"))
    systems = {part: name for name, parts in read["systems"].items() for part in parts}
    codes = {
        label: {name: _codes(listed) for name, listed in rule.items() if name != "words"}
        for label, rule in read["rules"].items()
    }
    words = {label: _any(rule.get("words", ())) for label, rule in read["rules"].items()}
    return _Rules(read["version"], systems, codes, words)


def _codes(listed: Iterable[str]) -> _Codes:
    blocks, starts = [], []
    for each in listed:
        match = _BLOCK.fullmatch(each)
        if match is None:
            starts.append(each)
        else:
            first, last = each.split("-")
            blocks.append((first, last))
    return _Codes(tuple(starts), tuple(blocks))


def _any(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)) or "(?!)")
