"""Selection: what a person may tick off of what an app asks for, and what is then granted, word for word.

SMART App Launch 2.2, "Finer-grained resource constraints using search parameters": a user may narrow a scope
to types, and Condition and Observation to categories.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from auth.access.decision import FILE
from auth.smart.granting import OFFLINE, text
from auth.smart.scope import Scope, parse

_CONDITION = "http://terminology.hl7.org/CodeSystem/condition-category"
_OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
_US_CONDITION = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
_US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category"
CATEGORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "Condition": (
        (_CONDITION, "encounter-diagnosis"),
        (_CONDITION, "problem-list-item"),
        (_US_CONDITION, "health-concern"),
    ),
    "Observation": (
        (_OBSERVATION, "laboratory"),
        (_OBSERVATION, "vital-signs"),
        (_OBSERVATION, "social-history"),
        (_OBSERVATION, "survey"),
        (_US_CATEGORY, "sdoh"),
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scope that can be granted in its place: a type of a wildcard, a category of a type."""

    key: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class Choice:
    """One resource scope that an app asks for, and its parts; `key` is the name of its box in a form."""

    key: str
    scope: Scope
    parts: tuple[Part, ...]


def choices(scopes: str) -> list[Choice]:
    """The resource scopes of a list, in their order."""
    found = []
    for number, word in enumerate(scopes.split()):
        scope = parse(word)
        if scope is not None:
            found.append(_choice(f"s{number}", scope))
    return found


def kept(scopes: str, ticked: Collection[str]) -> str:
    """What of `scopes` is granted when these boxes are ticked; what is no resource scope stays.

    A whole that is ticked makes its parts needless. `offline_access` has a box of its own name.
    """
    granted: dict[str, None] = {}
    by_place = {choice.key: choice for choice in choices(scopes)}
    for number, word in enumerate(scopes.split()):
        choice = by_place.get(f"s{number}")
        if choice is None:
            if word != OFFLINE or OFFLINE in ticked:
                granted[word] = None
        elif choice.key in ticked:
            granted[word] = None
        else:
            granted |= dict.fromkeys(_parts(choice, ticked))
    return " ".join(granted)


def _parts(choice: Choice, ticked: Collection[str]) -> list[str]:
    chosen = [part.scope for part in choice.parts if part.key in ticked]
    whole = {scope.type for scope in chosen if scope.query is None}
    return [scope.text for scope in chosen if scope.query is None or scope.type not in whole]


def _choice(key: str, scope: Scope) -> Choice:
    if scope.query is not None:
        return Choice(key, scope, ())
    types = sorted(FILE) if scope.type == "*" else [scope.type]
    narrower = [replace(scope, type=type) for type in types] if scope.type == "*" else []
    granular = [
        replace(scope, type=type, query=f"category={system}|{code}")
        for type in types
        for system, code in CATEGORIES.get(type, ())
    ]
    reading = "".join(letter for letter in scope.actions if letter in "rs")
    made = [_named(each, each.actions) for each in narrower]
    made += [_named(each, reading) for each in granular if reading]
    return Choice(key, scope, tuple(Part(f"{key}.{n}", each) for n, each in enumerate(made)))


def _named(scope: Scope, letters: str) -> Scope:
    return replace(scope, actions=letters, text=text(scope, letters))
