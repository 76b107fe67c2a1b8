"""Scopes: what a token may do, in the SMART notation of version 1 and version 2.

SMART App Launch 2.2, "Scopes and Launch Context". `system/Observation.rs`, `user/*.cruds`,
`patient/Condition.read`, `patient/Observation.rs?category=laboratory` (`auth.smart.granular`).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from auth.smart.granular import facet_filter
from fhir.access import Action, Filter

_FORM = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>[A-Z][A-Za-z]{1,63}|\*)"
    r"\.(?P<actions>read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(?P<query>[!-~]+))?"
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}


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
