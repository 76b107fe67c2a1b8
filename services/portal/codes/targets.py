"""Targets: in which code systems the meaning of a code is looked for, by the field where it stands.

`targets.yaml` has the fields. A code of a table can only become what the table has; the answer to a question
about a blood group one of LOINC's answers; everything else a concept of a code system that is known here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adapters.v2_to_fhir.table import names, table
from fhir.definitions.terminology import shipped
from fhir.search.names.fold import fold
from fhir.summary.terms import results
from fhir.terminology.canonical import Canonical
from fhir.terminology.concept import Concept
from fhir.terminology.definitions import Definitions
from fhir.terminology.loading.kind import kinds
from fhir.terminology.released import Released
from fhir.terminology.text_index import found_by, words_of
from services.mapping import Target
from services.unmapped_codes import Waiting

_FILE = Path(__file__).with_name("targets.yaml")
_ANSWER = "OBX-5"
_ANSWERS = ("cv04-50-005-to-loinc", "rh-d-to-loinc")
LOINC = "http://loinc.org"
MOST = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that may be meant, with all its names."""

    target: Target
    names: tuple[str, ...]


@cache
def _fields() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return loaded


def parameters(place: str) -> list[str]:
    """The search parameters under which resources of such a field are found by their code."""
    found: list[str] = _fields()["fields"].get(place, {}).get("used", [])
    return found


def closed(task: Waiting) -> list[Candidate] | None:
    """All that a code of a table, or an answer, may become; None where the list is open."""
    kind, _, name = _own_part(task).partition(":")
    if kind == "table" and name in names():
        return list(dict.fromkeys(_of_table(name)))
    return list(_answers()) if kind == "answer" else None


def _own_part(task: Waiting) -> str:
    """What of the Task's system follows the name of its source: `field:OBX-3`."""
    for kind in ("table", "answer", "field", "code"):
        head, found, tail = task.code.system.rpartition(f":{kind}:")
        if found and head:
            return f"{kind}:{tail}"
    return ""


def _of_table(name: str) -> Iterator[Candidate]:
    for entry in table(name).entries.values():
        if entry.code and entry.system:
            words = [word for word, other in table(name).entries.items() if other.code == entry.code]
            display = entry.display or entry.code
            yield Candidate(Target(entry.system, entry.code, display), (display, *words))


def _answers() -> Iterator[Candidate]:
    for id in _ANSWERS:
        group = shipped("ConceptMap")[id].resource()["group"][0]
        for element in group["element"]:
            (answer,) = element["target"]
            names = (answer["display"], answer["display"].removeprefix("Group "))
            yield Candidate(Target(group["target"], answer["code"], answer["display"]), names)


async def alike(known: Definitions, task: Waiting, place: str, texts: list[str]) -> list[Candidate]:
    """Concepts that share words with the texts of a code."""
    found: list[Candidate] = []
    words = words_of(texts)[:40]
    for system in await _systems(known, place):
        found += [_candidate(system, each) for each in await system.alike(words, MOST)] if words else []
    return found + _shipped(place)


async def searched(known: Definitions, task: Waiting, place: str, text: str) -> list[Candidate]:
    """Concepts that answer to what a steward typed."""
    listed = closed(task)
    if listed is not None:
        return _naming(text, listed)
    found: list[Candidate] = []
    for system in await _systems(known, place):
        found += [_candidate(system, each) for each in await system.page(found_by(text), 0, MOST)]
    return found + _naming(text, _shipped(place))


def _naming(text: str, listed: list[Candidate]) -> list[Candidate]:
    wanted = fold(text)
    return [each for each in listed if any(wanted in fold(name) for name in (each.target.code, *each.names))]


def _shipped(place: str) -> list[Candidate]:
    """What a field may take without any code system being loaded."""
    if place == _ANSWER:
        return list(_answers())
    return _plain() if LOINC in _urls(place) else []


def _urls(place: str) -> list[str]:
    told = _fields()["fields"].get(place, {}).get("kinds") or sorted(kinds())
    return [kinds()[each].url for each in told]


async def _systems(known: Definitions, place: str) -> list[Released]:
    """The loaded code systems that a field may take."""
    found = [await known.code_system(Canonical(url)) for url in _urls(place)]
    return [each for each in found if isinstance(each, Released)]


def _candidate(system: Released, concept: Concept) -> Candidate:
    display = concept.display or concept.code
    names = (display, *(str(each["value"]) for each in concept.designations))
    version = (system.version or "") if system.reused else ""
    return Candidate(Target(system.url, concept.code, display, version), names)


@cache
def _plain() -> list[Candidate]:
    """The tests that the pages have plain words for: LOINC in two languages, where it was not loaded."""
    named = ((code, term.name) for code, term in results().items() if term.name is not None)
    return [Candidate(Target(LOINC, code, name.zh), (name.zh, name.en)) for code, name in named]
