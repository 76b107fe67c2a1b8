"""Sort values: what a resource is ordered by under a parameter, where the database has no key ready.

FHIR R4 3.1.1.5.1 (search.html#sort). Values of one parameter compare with one another; None where there is
none. Of several values a rising order takes the lowest and a falling one the highest; a period counts by
its start when rising and by its end when falling.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from fhir.resource import Resource
from fhir.search.names.fold import fold, fold_identifier
from fhir.search.names.humanname import parts_of
from fhir.search.registry import SearchParameter
from fhir.search.types import number, quantity, string
from fhir.search.types.interval import interval, of
from fhir.search.types.reference import literal
from fhir.search.types.token import code_of
from fhir.search.walker import Location, Walk, walk

Comparable = str | float | tuple[str, float]
Values = Callable[[Any, Location, bool], Iterator[Comparable]]


def sort_value(parameter: SearchParameter, resource: Resource, *, falling: bool = False) -> Comparable | None:
    """What `resource` is ordered by: text folded, a date in microseconds, (dimension, number), a code."""
    if parameter.code == "_lastUpdated":
        found = interval(str(resource.get("meta", {}).get("lastUpdated")))
        return None if found is None else found[0]
    values = _VALUES.get(parameter.type)
    if values is None:
        return None
    listed = [
        each
        for place, take in _walks(parameter)
        for value in take(resource)
        for each in values(value, place, falling)
    ]
    return None if not listed else (max if falling else min)(listed)


def sortable(parameter: SearchParameter) -> bool:
    """Whether resources can be ordered by it."""
    return parameter.code == "_lastUpdated" or (parameter.type in _VALUES and bool(parameter.locations))


@cache
def _walks(parameter: SearchParameter) -> tuple[tuple[Location, Walk], ...]:
    return tuple((place, walk(place.steps)) for place in parameter.locations)


def _dates(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    found = of(value, place.type)
    if found is not None:
        yield found[1 if falling else 0]


def _strings(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    """Of a name the family name comes first, of an address its text."""
    texts = string.texts_of(value, place.type)
    if place.type == "HumanName" and isinstance(value, dict) and isinstance(value.get("family"), str):
        texts = [" ".join((value["family"], *parts_of(value, ("given",))))]
    yield from filter(None, map(fold, texts[:1]))


def _numbers(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    for entry in number.spans(value):
        yield entry["e"] if falling and "e" in entry else entry["s"]


def _quantities(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    """In base units where there are any, so that only like is compared with like."""
    measure = quantity.measures(place.type)
    entries = measure(value) if measure else []
    if entries:
        entry = entries[-1]
        yield entry["p"].strip("|~"), entry["e"] if falling and "e" in entry else entry["s"]


def _tokens(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    if place.type == "CodeableConcept" and isinstance(value, dict):
        listed = value.get("coding")
        codings = [each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict)]
        coded = next(
            (each["code"] for each in codings if isinstance(each.get("code"), str)), value.get("text")
        )
    elif isinstance(value, dict):
        coded = value.get("code") if place.type == "Coding" else value.get("value")
        coded = fold_identifier(coded) if place.type == "Identifier" and isinstance(coded, str) else coded
    else:
        coded = code_of(value)
    if isinstance(coded, str) and coded:
        yield coded


def _references(value: Any, place: Location, falling: bool) -> Iterator[Comparable]:
    text = literal(value) or (value.get("reference") if isinstance(value, dict) else value)
    if isinstance(text, str):
        yield text


_VALUES: dict[str, Values] = {
    "date": _dates,
    "number": _numbers,
    "quantity": _quantities,
    "reference": _references,
    "string": _strings,
    "token": _tokens,
    "uri": _references,
}


def forget() -> None:
    """Clear what is compiled, after parameters were added or withdrawn."""
    _walks.cache_clear()
