"""ConceptSetFilter: the concepts of a code system that a filter of a value set selects.

FHIR R4 valueset.html 4.9.4 (filter), valueset-filter-operator.html.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.concept import Concept
from fhir.terminology.definitions import Known
from fhir.terminology.pattern import pattern

Codes = dict[str, Concept]
_HIERARCHIES = frozenset({"concept", "code"})
_ASSUMED = frozenset({"inactive", "notSelectable"})
"""Properties that are false where a concept says nothing of them."""
_TEXTS: dict[str, Callable[[Concept], str | None]] = {
    "code": lambda concept: concept.code,
    "concept": lambda concept: concept.code,
    "display": lambda concept: concept.display,
    "definition": lambda concept: concept.definition,
}


def selected(system: Known, filter: Resource) -> Codes:
    """The concepts that one filter selects, in the order of the code system."""
    property, op, value = filter["property"], filter["op"], filter["value"]
    if op in _RELATED:
        _check_hierarchy(property, op)
        codes = _RELATED[op](system, _root(system, value))
        return {code: concept for code, concept in _all(system).items() if code in codes}
    test = _VALUES.get(op)
    if test is None:
        raise _unsupported(property, op)
    _check_property(system, property)
    fits, values = test(value), _values
    if op == "exists" and property in _ASSUMED:
        values = _stated  # what is assumed where nothing is said is no value
    return {
        code: concept
        for code, concept in _all(system).items()
        if fits(list(values(system, concept, property)))
    }


def _all(system: Known) -> Codes:
    return {concept.code: concept for concept in system.listed()}


def _root(system: Known, code: str) -> str:
    found = system.find(code)
    if found is None:
        raise Refusal(
            Fault.UNPROCESSABLE, f"a filter of the value set names a code that {system.url} does not have"
        )
    return found.code


def _check_hierarchy(property: str, op: str) -> None:
    if property not in _HIERARCHIES:
        raise _unsupported(property, op)


def _is_a(system: Known, code: str) -> set[str]:
    return {code, *system.hierarchy.below(code)}


def _generalizes(system: Known, code: str) -> set[str]:
    return {code, *system.hierarchy.above(code)}


def _descendants(system: Known, code: str) -> set[str]:
    return set(system.hierarchy.below(code))


def _others(system: Known, code: str) -> set[str]:
    return set(system.concepts) - _is_a(system, code)


_RELATED: dict[str, Callable[[Known, str], set[str]]] = {
    "is-a": _is_a,
    "descendent-of": _descendants,
    "is-not-a": _others,
    "generalizes": _generalizes,
}

Fits = Callable[[list[str]], bool]


def _equal(value: str) -> Fits:
    return lambda values: value in values


def _in(value: str) -> Fits:
    listed = frozenset(each.strip() for each in value.split(","))
    return lambda values: not listed.isdisjoint(values)


def _not_in(value: str) -> Fits:
    listed = frozenset(each.strip() for each in value.split(","))
    return lambda values: listed.isdisjoint(values)


def _regex(value: str) -> Fits:
    wanted = pattern(value)
    return lambda values: any(wanted.fullmatch(each) for each in values)


def _exists(value: str) -> Fits:
    wanted = value == "true"
    return lambda values: bool(values) is wanted


_VALUES: dict[str, Callable[[str], Fits]] = {
    "=": _equal,
    "in": _in,
    "not-in": _not_in,
    "regex": _regex,
    "exists": _exists,
}


def _check_property(system: Known, property: str) -> None:
    known = property in _TEXTS or property in system.declared or property in system.names
    if not known:
        raise Refusal(
            Fault.UNPROCESSABLE, f"a filter of the value set names a property that {system.url} does not have"
        )


def _values(system: Known, concept: Concept, property: str) -> Iterator[str]:
    """The values of a property as texts."""
    if property in _TEXTS:
        text = _TEXTS[property](concept)
        yield from [text] if text is not None else []
    elif property in ("parent", "subsumedBy"):
        yield from system.hierarchy.parents.get(concept.code, ())
    elif property == "child":
        yield from system.hierarchy.children.get(concept.code, ())
    elif property == "inactive":
        yield _text(concept.inactive)
    elif property == "notSelectable":
        yield _text(concept.abstract)
    else:
        yield from map(_text, concept.values(property))


def _stated(system: Known, concept: Concept, property: str) -> Iterator[str]:
    yield from map(_text, concept.values(property))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value["code"]) if isinstance(value, dict) and "code" in value else str(value)


def _unsupported(property: str, op: str) -> Refusal:
    return Refusal(
        Fault.UNPROCESSABLE, f"the operator {op} is not supported for the property {property!r:.80}"
    )
