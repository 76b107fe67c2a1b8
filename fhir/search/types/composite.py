"""Composite parameters: several values of the same element.

FHIR R4 3.1.1.4.14 (search.html#composite). The first part is a code. Each code and value that stand
together leave one entry under `key$code`, continued by what the second part is found by, so that a search
is one range of the index; the systems of the codes (`a`, `b`) and a third part (`x`) are compared within
the entry.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from math import prod
from typing import Any, NamedTuple

from fhir.search import refused
from fhir.search.condition import LAST, Condition, Filter, Matches
from fhir.search.entries import Entries
from fhir.search.names.fold import fold
from fhir.search.registry import Place, SearchParameter
from fhir.search.types import date, number, quantity, string, token
from fhir.search.types.reference import literal, references
from fhir.search.value import guarded, plain, separate
from fhir.search.walker import Location, Walk, walk

Entry = dict[str, Any]
Tail = Callable[[Any], list[Entry]]
Index = Callable[[Any, Entries], None]


class _Reach(NamedTuple):
    """How the values of a part are found and what they give."""

    walk: Walk
    tail: Tail
    root: bool


def emitters(parameter: SearchParameter) -> Iterator[tuple[str, Index]]:
    """For each place of a composite what indexes a resource, by the member that must be there."""
    for place in parameter.places:
        reaches = [_reaches(part) for part in place.parts]
        # The last part is the choice that most often is not there: look for it first.
        last = sorted({at.steps[0].member for at in place.parts[-1].locations if not at.root})
        if all(reaches):
            for member in [place.steps[0].member] if place.steps else last:
                yield member, _indexer(parameter.key, place, reaches, last)


def readable(kind: str, location: Location) -> bool:
    """Whether a part of this kind can be found by what stands at a location."""
    return _tail(kind, location) is not None


def _reaches(part: SearchParameter) -> list[_Reach]:
    tails = ((at, _tail(part.type, at)) for at in part.locations)
    return [_Reach(walk(at.steps), tail, at.root) for at, tail in tails if tail is not None]


def _indexer(key: str, place: Place, reaches: list[list[_Reach]], last: list[str]) -> Index:
    nodes = walk(place.steps)

    def index(resource: Any, entries: Entries) -> None:
        for node in nodes(resource):
            if isinstance(node, dict) and any(member in node for member in last):
                parts = [_found(part, node, resource) for part in reaches]
                entries.room(prod(map(len, parts)))
                entries.values += [_joined(key, *each) for each in product(*parts)]

    return index


def _found(reaches: list[_Reach], node: Any, resource: Any) -> list[Entry]:
    return [
        entry
        for reach in reaches
        for value in reach.walk(resource if reach.root else node)
        for entry in reach.tail(value)
    ]


def _joined(key: str, code: Entry, value: Entry, third: Entry | None = None) -> Entry:
    """One entry; of the second part's system the name is `b`, of a third part the number is `x`."""
    entry = value | {"p": f"{key}{code['p']}{value['p']}"}
    if "a" in entry:
        entry["b"] = entry.pop("a")
    if "a" in code:
        entry["a"] = code["a"]
    return entry if third is None else entry | {"x": third["s"]}


def _tail(kind: str, location: Location) -> Tail | None:
    """What a part of this kind gives for a value of this type; None where it cannot be found by it."""
    type = location.type
    if kind == "token":
        return _codes(location)
    if kind == "quantity":
        return quantity.measures(type)
    if kind == "number":
        return number.spans
    if kind == "date":
        return lambda value: [
            {"p": path, "s": start, "e": end} for path, start, end in date.ranges(value, type)
        ]
    if kind == "string":
        return lambda value: [{"p": _folded(text)} for text in string.texts_of(value, type)]
    return (
        (lambda value: [{"p": f"${found}"}] if (found := literal(value)) else [])
        if kind == "reference"
        else None
    )


def _codes(location: Location) -> Tail | None:
    if location.type == "CodeableConcept":
        return lambda value: [
            entry for each in _codings(value) for entry in _code(each.get("code"), each.get("system"))
        ]
    if location.type == "Coding":
        return lambda value: _code(value.get("code"), value.get("system")) if isinstance(value, dict) else []
    if location.type in ("code", "boolean"):
        return lambda value: _code(token.code_of(value), token.system_of(location))
    return None


def _codings(value: Any) -> Iterator[dict[str, Any]]:
    codings = value.get("coding") if isinstance(value, dict) else None
    return (each for each in (codings if isinstance(codings, list) else ()) if isinstance(each, dict))


def _code(code: Any, system: Any) -> list[Entry]:
    if not isinstance(code, str) or not code:
        return []
    entry = {"p": _spelled(code)}
    return [entry | {"a": system}] if isinstance(system, str) else [entry]


def _spelled(code: str) -> str:
    """A code in a path, with what separates there made ordinary."""
    return "$" + guarded(code).replace("$", "\\$").replace("~", "\\~")


def _folded(text: str) -> str:
    return "$" + fold(text)[: string.LONGEST]


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    filters = [
        {"values": {"$elemMatch": bounds}}
        for value in values
        for part in parameter.parts
        for bounds in _wanted(parameter.code, part, value)
    ]
    return Matches(tuple(filters))


def _wanted(name: str, parameter: SearchParameter, value: str) -> Iterator[Filter]:
    texts = separate(value, "$")
    for place in parameter.places:
        if len(texts) != len(place.parts):
            raise refused.malformed(name, f"it has {len(place.parts)} values with $ between them")
        code, second, *third = zip(place.parts, texts, strict=True)
        start, first = _asked_code(name, *code, system="a")
        for bounds in _second(name, f"{parameter.key}{start}", *second):
            for further in _third(name, *third[0]) if third else ({},):
                yield bounds | first | further


def _asked_code(name: str, part: SearchParameter, text: str, system: str) -> tuple[str, Filter]:
    """The path of a code, and what its system must be."""
    asked, code = token.pair(name, text)
    if not code:
        raise refused.unsupported(name, "a part that is a token needs a code")
    implied = {token.system_of(at) for at in part.locations} - {None}
    if asked is None or (implied and asked in ("", *implied)):
        return _spelled(code), {}
    return _spelled(code), {system: asked or None}


def _second(name: str, start: str, part: SearchParameter, text: str) -> Iterable[Filter]:
    if part.type == "quantity":
        return quantity.wanted(name, start, text)
    if part.type == "number":
        return number.compared(start, number.asked(name, plain(text).strip()))
    if part.type == "date":
        return date.compared(start, date.asked(name, text))
    if part.type == "token":
        path, rest = _asked_code(name, part, text, system="b")
        return [{"p": start + path} | rest]
    if part.type == "string":
        begun = start + _folded(plain(text))
        if not fold(plain(text)):
            raise refused.malformed(name, "nothing is left to search for")
        return [{"p": {"$gte": begun, "$lt": begun + LAST}}]
    return [{"p": f"{start}${each}"} for each in references(part, "", plain(text).strip())]


def _third(name: str, part: SearchParameter, text: str) -> list[Filter]:
    """A number within the entry."""
    found = number.compared("", number.asked(name, plain(text).strip()))
    return [{"x": bounds["s"]} for bounds in found if bounds["p"] == ""]
