"""Reference: the form of a literal reference and the resource types that it may lead to.

FHIR R4 references.html 2.3.0 (literal, local, conditional, `urn:`) and the constraint ref-1.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.validation.finding import Check, Contained, Finding, Findings, fault
from fhir.validation.primitive import ID, OID, UUID

_BASE = "http://hl7.org/fhir/StructureDefinition/"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+").fullmatch
_REST = re.compile(
    r"https?://\S+?/([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?"
).fullmatch


def _relative(text: str) -> tuple[str | None, str | None]:
    type, conditional, query = text.partition("?")
    if conditional:
        if type in resource_types and query:
            return type, None
    else:
        type, _, rest = text.partition("/")
        id, versioned, version = rest.partition("/_history/")
        if type in resource_types and ID(id) and (not versioned or ID(version)):
            return type, None
    return None, "a relative reference is Type/id with a resource type of R4"


def _absolute(text: str) -> tuple[str | None, str | None]:
    if text.startswith("urn:uuid:"):
        return None, None if UUID(text.lower()) else "urn:uuid: is not followed by a UUID"
    if text.startswith("urn:oid:"):
        return None, None if OID(text) else "urn:oid: is not followed by an OID"
    if match := _REST(text):
        return (match[1] if match[1] in resource_types else None), None
    return None, None


def target(text: str, contained: Contained) -> tuple[str | None, str | None]:
    """The resource type that a literal reference leads to (None: unknown); what is wrong with its form."""
    if text.startswith("#"):
        if text == "#" or text[1:] in contained:
            return contained.get(text[1:]), None
        return None, "no contained resource has this id (ref-1)"
    return _absolute(text) if _ABSOLUTE(text) else _relative(text)


def _named(value: Mapping[str, Any]) -> str | None:
    """The resource type that Reference.type says, when it is one of R4."""
    type = value.get("type")
    named = type.removeprefix(_BASE) if isinstance(type, str) else None
    return named if named in resource_types else None


def _elsewhere(type: str, allowed: frozenset[str], path: str) -> list[Finding]:
    return fault(
        "value", f"a reference to {type} is not allowed here, only to {', '.join(sorted(allowed))}", path
    )


def _said(type: str | None, allowed: frozenset[str]) -> Findings:
    return None if type is None or type in allowed else _elsewhere(type, allowed, ".type")


def _literal(text: str, said: str | None, contained: Contained, allowed: frozenset[str]) -> Findings:
    type, problem = target(text, contained)
    if problem is not None:
        return fault("invariant" if text.startswith("#") else "value", problem, ".reference")
    if type is not None and type not in allowed:
        return _elsewhere(type, allowed, ".reference")
    if type is not None and said is not None and type != said:
        return fault("value", "the type of the reference differs from what it leads to", ".type")
    return _said(said, allowed)


def reference(whole: Check, targets: frozenset[str]) -> Check:
    """The check of a Reference that may lead to `targets` (empty: anything); `whole` checks its elements."""
    allowed = targets or resource_types

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if (found := whole(value, parent, contained)) is not None:
            return found
        if (text := value.get("reference")) is None:
            return _said(_named(value), allowed)
        type, _, id = text.partition("/")
        if type in allowed and ID(id) and "type" not in value:
            return None
        return _literal(text, _named(value), contained, allowed)

    return check
