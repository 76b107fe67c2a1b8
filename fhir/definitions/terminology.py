"""The terminology package: CodeSystems, ValueSets and ConceptMaps that ship with Furong, read at first use.

FHIR R4 terminology-module.html. README.md says what they are, where they come from and
under which terms.
"""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from fhir.definitions.own_search_parameters import own_definitions
from fhir.resource import Resource

TYPES = frozenset({"CodeSystem", "ValueSet", "ConceptMap"})
SHIPPED = TYPES | {"SearchParameter"}
"""The types of which something ships with Furong: terminology, and what it is searched by."""
_FOLDER = Path(__file__).parent / "data" / "terminology"
_FILES = {
    "CodeSystem": "code_systems.jsonl.gz",
    "ValueSet": "value_sets.jsonl.gz",
    "ConceptMap": "concept_maps.jsonl.gz",
}
_CHINA = "china.jsonl"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipped resource: what it is found by, and the bytes ready to send."""

    type: str
    id: str
    url: str
    updated: str
    body: bytes

    def resource(self) -> Resource:
        """The parsed JSON (a new object each time)."""
        parsed: Resource = orjson.loads(self.body)
        return parsed


@cache
def shipped(type: str) -> dict[str, Shipped]:
    """The shipped resources of `type` by id; none of a type of which nothing ships."""
    if type == "SearchParameter":
        return {one.id: one for one in map(_shipped, map(orjson.dumps, own_definitions()))}
    if type not in TYPES:
        return {}
    lines = gzip.decompress((_FOLDER / _FILES[type]).read_bytes()).splitlines()
    own = (_FOLDER / _CHINA).read_bytes().splitlines()
    mark = f'{{"resourceType":"{type}"'.encode()
    return {one.id: one for one in map(_shipped, (*lines, *(line for line in own if line.startswith(mark))))}


def _shipped(line: bytes) -> Shipped:
    head = orjson.loads(line)
    return Shipped(head["resourceType"], head["id"], head["url"], head["meta"]["lastUpdated"], line)


@cache
def _by_url(type: str) -> dict[str, list[Shipped]]:
    found: dict[str, list[Shipped]] = {}
    for each in shipped(type).values():
        found.setdefault(each.url, []).append(each)
    return found


def shipped_as(type: str, url: str) -> Sequence[Shipped]:
    """The shipped resources of `type` with the canonical URL `url`."""
    return _by_url(type).get(url, ())


@cache
def _left_out() -> dict[str, str]:
    rows = map(orjson.loads, (_FOLDER / "left_out.jsonl").read_bytes().splitlines())
    return {row["url"]: row["owner"] for row in rows}


def owner_of(url: str) -> str | None:
    """Whose codes an official resource lists that is not shipped for that reason."""
    return _left_out().get(url)
