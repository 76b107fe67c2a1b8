"""Constraint: an invariant of the specification as a compiled predicate, and the usual shapes.

FHIR R4 conformance-rules.html 2.1.0.5, ElementDefinition.constraint. A rule is given the names of an
element's children and returns the predicate over its JSON object; names stand for all members of a value[x]
and for `_name`. Predicates run only on objects whose members are well-formed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir.definitions.structures import Element
from fhir.validation.finding import Finding

Holds = Callable[[Mapping[str, Any]], bool]
Names = Callable[[str], frozenset[str]]
Rule = Callable[[Names], Holds]
Rules = Mapping[tuple[str, str], Rule]  # (path of the element, key of the constraint) -> rule


@dataclass(frozen=True, slots=True)
class Invariant:
    """A constraint ready to be asked: what it says and its predicate."""

    text: str
    severity: str
    holds: Holds
    path: str = ""  # where it is reported, below the object that is asked

    @property
    def broken(self) -> Finding:
        """What to report where it does not hold."""
        return Finding(self.path, "invariant", self.text, self.severity)


def names_of(elements: Iterable[Element]) -> Names:
    """The JSON members of each child by its name."""
    members: dict[str, frozenset[str]] = {}
    for element in elements:
        plain = element.members()
        members[element.name] = frozenset(plain) | {f"_{name}" for name in plain}
    return lambda name: members[name]


def has(element: Mapping[str, Any], name: str) -> bool:
    """Whether a primitive is there, be it by its extensions alone (FHIRPath `exists()`)."""
    return name in element or f"_{name}" in element


def some(*names: str) -> Rule:
    """At least one of `names` is there."""

    def rule(members: Names) -> Holds:
        wanted = frozenset[str]().union(*map(members, names))
        return lambda element: not wanted.isdisjoint(element)

    return rule


def apart(first: str, second: str) -> Rule:
    """Not both are there."""

    def rule(members: Names) -> Holds:
        one, other = members(first), members(second)
        return lambda element: one.isdisjoint(element) or other.isdisjoint(element)

    return rule


def one(first: str, second: str) -> Rule:
    """Exactly one of both is there."""

    def rule(members: Names) -> Holds:
        left, right = members(first), members(second)
        return lambda element: left.isdisjoint(element) != right.isdisjoint(element)

    return rule


def together(first: str, second: str) -> Rule:
    """Both are there or none."""

    def rule(members: Names) -> Holds:
        left, right = members(first), members(second)
        return lambda element: left.isdisjoint(element) == right.isdisjoint(element)

    return rule


def needs(name: str, *others: str) -> Rule:
    """Where `name` is there, one of `others` is too."""

    def rule(members: Names) -> Holds:
        wanted = frozenset[str]().union(*map(members, others))
        present = members(name)
        return lambda element: present.isdisjoint(element) or not wanted.isdisjoint(element)

    return rule


def only_when(name: str, key: str, *codes: str) -> Rule:
    """`name` is there only when the member `key` is one of `codes`."""
    allowed = frozenset(codes)

    def rule(members: Names) -> Holds:
        present = members(name)
        return lambda element: present.isdisjoint(element) or element.get(key) in allowed

    return rule


def never_when(name: str, key: str, *codes: str) -> Rule:
    """`name` is not there when the member `key` is one of `codes`."""
    forbidden = frozenset(codes)

    def rule(members: Names) -> Holds:
        present = members(name)
        return lambda element: present.isdisjoint(element) or element.get(key) not in forbidden

    return rule


def demands(key: str, codes: Iterable[str], *names: str) -> Rule:
    """When the member `key` is one of `codes`, one of `names` is there."""
    demanding = frozenset(codes)

    def rule(members: Names) -> Holds:
        wanted = frozenset[str]().union(*map(members, names))
        return lambda element: element.get(key) not in demanding or not wanted.isdisjoint(element)

    return rule


def holds(predicate: Holds) -> Rule:
    """A rule that is said best in Python."""
    return lambda _: predicate


def both(*rules: Rule) -> Rule:
    """All of `rules` hold."""

    def rule(members: Names) -> Holds:
        parts = [part(members) for part in rules]
        return lambda element: all(part(element) for part in parts)

    return rule


def distinct(values: Iterable[Any]) -> bool:
    """Whether no value comes twice."""
    listed = list(values)
    return len(set(listed)) == len(listed)


def coded(concept: Any, system: str, *codes: str) -> bool:
    """Whether a CodeableConcept has a coding of `system` with one of `codes`."""
    return any(
        coding.get("system") == system and coding.get("code") in codes
        for coding in (concept or {}).get("coding", ())
    )
