"""Scopes: what a token may do, in the SMART notation of version 1 and version 2.

SMART App Launch 2.2, "Scopes and Launch Context". `system/Observation.rs`, `user/*.cruds`,
`patient/Condition.read`, `patient/Observation.rs?category=laboratory` (`auth.smart.granular`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from auth.smart.granular import facet_filter
from fhir.access import Action, Filter

_FORM = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>[A-Z][A-Za-z]{1,63}|\*)"
    r"\.(?P<actions>read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(?P<query>[!-~]+))?"
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
_ORDER = "cruds"


@dataclass(frozen=True, slots=True)
class Scope:
    """One resource scope; `actions` are letters of `cruds` in that order."""

    level: str
    type: str
    actions: str
    query: str | None
    text: str

    def allows(self, type: str, action: Action) -> bool:
        """Does this scope alone reach `action` on every resource of `type`?"""
        return self.query is None and self._reaches(type, action)

    def filter(self, type: str, action: Action) -> Filter | None:
        """What the resources of `type` have in common that a query narrows `action` to; None for nothing.

        A granular scope reads and searches: what is written is not held against it.
        """
        if self.query is None or action not in (Action.READ, Action.SEARCH):
            return None
        return facet_filter(type, self.query) if self._reaches(type, action) else None

    def _reaches(self, type: str, action: Action) -> bool:
        return self.type in ("*", type) and action.value in self.actions


def parse(text: str) -> Scope | None:
    """One scope, or None when `text` is no resource scope (also when its letters are out of order)."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    actions = match["actions"]
    return Scope(match["level"], match["type"], _VERSION_1.get(actions, actions), match["query"], text)


@lru_cache(maxsize=4096)
def parse_all(text: str) -> tuple[Scope, ...]:
    """The resource scopes in a space-separated list; what is no resource scope is left out."""
    return tuple(scope for scope in map(parse, text.split(" ")) if scope)


def grant(requested: str | None, allowed: str) -> str:
    """What is granted of `requested`: never more than asked for nor than `allowed`; empty means nothing.

    Omitted (None) asks for everything allowed. What is not allowed, unknown or carries a query is dropped.
    """
    if requested is None:
        return allowed
    granted: dict[str, None] = {}
    for scope in parse_all(requested):
        if scope.query is None:
            granted |= dict.fromkeys(_within(scope, parse_all(allowed)))
    return " ".join(granted)


def _within(wanted: Scope, allowed: Iterable[Scope]) -> list[str]:
    letters: dict[str, set[str]] = {}
    for scope in allowed:
        type = _meet(wanted.type, scope.type)
        if type and scope.level == wanted.level and scope.query is None:
            letters.setdefault(type, set()).update(set(wanted.actions) & set(scope.actions))
    if letters.get(wanted.type) == set(wanted.actions):
        return [wanted.text]
    return [_text(replace(wanted, type=type), found) for type, found in letters.items() if found]


def _meet(one: str, other: str) -> str | None:
    if one == "*":
        return other
    return one if other in ("*", one) else None


def _text(scope: Scope, letters: set[str]) -> str:
    return f"{scope.level}/{scope.type}." + "".join(letter for letter in _ORDER if letter in letters)
