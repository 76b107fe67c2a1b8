"""Constraints of Bundle and Parameters.

FHIR R4 bundle.html 2.36.4, parameters.html 2.37.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.validation.invariant import Holds, Invariant, Names, Rules, demands, holds, only_when, some

_REQUESTS = frozenset(("batch", "transaction", "history"))
_RESPONSES = frozenset(("batch-response", "transaction-response", "history"))


def _entries(element: Mapping[str, Any]) -> list[Any]:
    entries: list[Any] = element.get("entry", [])
    return entries


def _each(member: str, types: frozenset[str]) -> Holds:
    """Every entry has `member` in a Bundle of one of `types`, and none in any other."""
    return lambda element: all(
        (member in entry) == (element.get("type") in types) for entry in _entries(element)
    )


def _first_is(bundle_type: str, type: str) -> Holds:
    def check(element: Mapping[str, Any]) -> bool:
        entries = _entries(element)
        first = entries[0].get("resource", {}).get("resourceType") if entries else None
        return element.get("type") != bundle_type or first == type

    return check


def _searchset_only(element: Mapping[str, Any]) -> bool:
    return element.get("type") == "searchset" or all("search" not in entry for entry in _entries(element))


def _distinct(element: Mapping[str, Any]) -> bool:
    """bdl-7: a fullUrl comes once, or once for each version of the resource."""
    if element.get("type") == "history":
        return True
    seen = [
        (entry["fullUrl"], (entry.get("resource", {}).get("meta") or {}).get("versionId"))
        for entry in _entries(element)
        if "fullUrl" in entry
    ]
    return len(seen) == len(set(seen))


def _identified(element: Mapping[str, Any]) -> bool:
    identifier = element.get("identifier", {})
    return element.get("type") != "document" or ("system" in identifier and "value" in identifier)


def _parameter(members: Names) -> Holds:
    """inv-1: exactly one of value, resource and parts."""
    values = members("value")

    def check(element: Mapping[str, Any]) -> bool:
        kinds = ("part" in element) + ("resource" in element) + (not values.isdisjoint(element))
        return kinds == 1

    return check


_REST = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})").fullmatch


def _agreeing(entry: Mapping[str, Any]) -> bool:
    """A fullUrl that is a RESTful address names the type and the id of the resource, if that has one."""
    resource, address = entry.get("resource"), _REST(entry.get("fullUrl", ""))
    if resource is None or address is None or address[1] not in resource_types or "id" not in resource:
        return True
    return (address[1], address[2]) == (resource.get("resourceType"), resource["id"])


AGREEING = Invariant("fullUrl must agree with the id of the resource", "error", _agreeing, ".fullUrl")
RULES: Rules = {
    ("Bundle", "bdl-1"): only_when("total", "type", "searchset", "history"),
    ("Bundle", "bdl-2"): holds(_searchset_only),
    ("Bundle", "bdl-3"): holds(_each("request", _REQUESTS)),
    ("Bundle", "bdl-4"): holds(_each("response", _RESPONSES)),
    ("Bundle", "bdl-7"): holds(_distinct),
    ("Bundle", "bdl-9"): holds(_identified),
    ("Bundle", "bdl-10"): demands("type", ["document"], "timestamp"),
    ("Bundle", "bdl-11"): holds(_first_is("document", "Composition")),
    ("Bundle", "bdl-12"): holds(_first_is("message", "MessageHeader")),
    ("Bundle.entry", "bdl-5"): some("resource", "request", "response"),
    ("Bundle.entry", "bdl-8"): holds(lambda element: "/_history/" not in element.get("fullUrl", "")),
    ("Parameters.parameter", "inv-1"): _parameter,
}
