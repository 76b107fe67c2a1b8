"""Facets: what an access decision may ask of a resource besides whose it is.

SMART App Launch 2.2 (granular scopes), FHIR R4 consent.html (`provision.code`, `provision.data`). They are
the index tokens of a few parameters, the labels that are declared or that its codes call for, and what the
resource refers to; every version's row keeps its own, so that a history is judged as a search is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fhir.references import is_literal, targets
from fhir.resource import Resource
from fhir.search.refers import KEY
from fhir.search.value import guarded
from fhir.sensitivity import sensitivities

PARAMETERS = (
    "category", "class", "clinical-status", "code", "scope", "status", "type", "vaccine-code", "_security",
)  # fmt: skip
"""The token parameters whose values a rule may name."""

_EVERYWHERE = frozenset({"Location", "Patient"})
"""Types to which half of a file refers; no rule hides what refers to one of them."""


def facets(resource: Resource, tokens: Iterable[str]) -> list[str]:
    """The facets of a resource that has these index tokens."""
    type = resource["resourceType"]
    starts = tuple(f"{type}.{name}|" for name in PARAMETERS)
    found = [token for token in tokens if token.startswith(starts)]
    found += dict.fromkeys([*declared(resource), *map(label, sensitivities(resource))])
    referred = dict.fromkeys([*targets(resource), *attachments(resource)])
    return found + [f"{KEY}|{each}" for each in referred if _tells(each)]


def attachments(value: Any) -> Iterator[str]:
    """The Binaries of this server in which the content of Attachments lies."""
    if isinstance(value, list):
        for each in value:
            yield from attachments(each)
    elif isinstance(value, dict):
        url = value.get("url")
        if isinstance(url, str) and url.startswith("Binary/"):
            yield url.partition("/_history/")[0]
        for each in value.values():
            if isinstance(each, dict | list):
                yield from attachments(each)


def _tells(target: str) -> bool:
    return is_literal(target) and target.partition("/")[0] not in _EVERYWHERE


def declared(resource: Resource) -> list[str]:
    """The facets of the labels in `meta.security`."""
    codings = (resource.get("meta") or {}).get("security") or ()
    return [label((str(each.get("system", "")), str(each.get("code", "")))) for each in codings]


def label(coding: tuple[str, str]) -> str:
    """The facet of a security label, a pair of system and code."""
    system, code = coding
    return f"label|{guarded(system)}|{guarded(code)}"
