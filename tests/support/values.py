"""A well-formed value for each search parameter that a CapabilityStatement lists."""

from typing import Any

from fhir.search.registry import definitions
from fhir.search.types.token import types_of

_VALUES = {
    "date": "2024-05-05", "number": "5", "quantity": "5.4|http://unitsofmeasure.org|mg", "string": "HTEST",
    "token": "x", "uri": "http://example.org/x",
}  # fmt: skip
_SPECIAL = {"near": "30.65|104.06|5|km", "_filter": "_id eq x", "_list": "x"}


def value_of(type: str, told: dict[str, Any]) -> str:
    """A value for the parameter `told` of CapabilityStatement.rest.resource."""
    name = told["name"]
    if told["type"] == "composite":
        return "$".join(_VALUES.get(part, "x") for part in _parts(type, name))
    if told["type"] == "reference":
        targets = definitions(type)[name].targets
        return f"{min(targets)}/x" if targets else "http://example.org/x"
    if told["type"] == "token" and types_of(definitions(type)[name]) <= {"boolean", "test"}:
        return "true"
    return _VALUES.get(told["type"]) or _SPECIAL.get(name, "x")


def _parts(type: str, name: str) -> list[str]:
    """The types of the parts of a composite."""
    return [part.type for part in definitions(type)[name].places[0].parts]  # type: ignore[attr-defined]
