"""Translation: what a code becomes by a ConceptMap, in its direction or in reverse.

FHIR R4 conceptmap.html 4.10.4 (unmapped), conceptmap-operation-translate.html.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource

Coding = Mapping[str, Any]
Element = Mapping[str, Any]
Find = Callable[[str], Awaitable[Resource]]
MOST_MAPS = 8
NO_MATCH = frozenset({"unmatched", "disjoint"})
_REVERSED = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}


@dataclass(frozen=True, slots=True)
class Match:
    """One translation; `concept` None where the map says that there is none."""

    equivalence: str
    concept: Mapping[str, Any] | None
    source: str
    products: tuple[tuple[str, Mapping[str, Any]], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be translated; `dependencies` are (element, system, code) that are true of it."""

    codings: Sequence[Coding]
    target_system: str | None = None
    reverse: bool = False
    dependencies: frozenset[tuple[str, str, str]] = frozenset()


async def translate(maps: Sequence[Resource], question: Question, find: Find, depth: int = 0) -> list[Match]:
    """What every map says of every coding; `find` gives the map that another one names for the rest."""
    found: list[Match] = []
    for map in maps:
        for coding in question.codings:
            for match in await _by_map(map, coding, question, find, depth):
                if match not in found:
                    found.append(match)
    return found


async def _by_map(map: Resource, coding: Coding, question: Question, find: Find, depth: int) -> list[Match]:
    found: list[Match] = []
    for group in map.get("group", ()):
        if not _fits(group, coding, question):
            continue
        if question.reverse:
            found += _backwards(map, group, coding)
            continue
        elements = [each for each in group["element"] if each.get("code") == coding.get("code")]
        if elements:
            found += [match for each in elements for match in _forwards(map, group, each, question)]
        elif "unmapped" in group:
            found += await _unmapped(map, group, coding, question, find, depth)
    return found


def _fits(group: Element, coding: Coding, question: Question) -> bool:
    """Does the group map from the system of the coding to the one that is wanted?"""
    here, there = ("target", "source") if question.reverse else ("source", "target")
    system = coding.get("system")
    if system is not None and group.get(here) not in (None, system):
        return False
    version = coding.get("version")
    if version is not None and group.get(f"{here}Version") not in (None, version):
        return False
    return question.target_system is None or group.get(there) == question.target_system


def _forwards(map: Resource, group: Element, element: Element, question: Question) -> Iterator[Match]:
    for target in element.get("target", ()):
        if not _applies(target.get("dependsOn", ()), question.dependencies):
            continue
        products = tuple(
            (each["property"], _coding(each.get("system"), None, each["value"], each.get("display")))
            for each in target.get("product", ())
        )
        concept = None
        if "code" in target:
            concept = _target(group, target["code"], target.get("display"))
        yield Match(target["equivalence"], concept, _name(map), products)


def _applies(depends: Sequence[Element], known: frozenset[tuple[str, str, str]]) -> bool:
    """Is all that a target depends on true?"""
    return all((each["property"], each.get("system", ""), each["value"]) in known for each in depends)


def _backwards(map: Resource, group: Element, coding: Coding) -> Iterator[Match]:
    for element in group["element"]:
        for target in element.get("target", ()):
            if "code" in element and target.get("code") == coding.get("code"):
                concept = _coding(
                    group.get("source"), group.get("sourceVersion"), element["code"], element.get("display")
                )
                equivalence = _REVERSED.get(target["equivalence"], target["equivalence"])
                yield Match(equivalence, concept, _name(map))


async def _unmapped(
    map: Resource, group: Element, coding: Coding, question: Question, find: Find, depth: int
) -> list[Match]:
    """What becomes of a code that the group does not name."""
    rule = group["unmapped"]
    if rule["mode"] == "provided":
        concept = _target(group, str(coding.get("code")), coding.get("display"))
        return [Match("equivalent", concept, _name(map))]
    if rule["mode"] == "fixed":
        return [Match("inexact", _target(group, rule["code"], rule.get("display")), _name(map))]
    if depth >= MOST_MAPS:
        raise Refusal(Fault.UNPROCESSABLE, "concept maps refer to each other without end")
    rest = Question([coding], question.target_system, False, question.dependencies)
    return await translate([await find(rule["url"])], rest, find, depth + 1)


def _target(group: Element, code: str, display: str | None) -> Mapping[str, Any]:
    return _coding(group.get("target"), group.get("targetVersion"), code, display)


def _coding(system: str | None, version: str | None, code: str, display: str | None) -> Mapping[str, Any]:
    told = {"system": system, "version": version, "code": code, "display": display}
    return {name: value for name, value in told.items() if value is not None}


def _name(map: Resource) -> str:
    url = map.get("url", "")
    return f"{url}|{map['version']}" if url and "version" in map else url
