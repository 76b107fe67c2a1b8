"""Projection: the part of a conversion that a case speaks of."""

from decimal import Decimal
from typing import Any

from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.merge import merge
from fhir.resource import Resource

ALWAYS = frozenset(("Provenance", "Practitioner", "Location", "Organization"))


def resources(conversion: Conversion) -> dict[str, list[Resource]]:
    """What the drafts would store in an empty database, by type; ids as `Type[n]`, numbers as text."""
    made = [merge(None, {}, draft)[0] for draft in conversion.drafts]
    names: dict[str, str] = {}
    found: dict[str, list[Resource]] = {}
    for resource in made:
        listed = found.setdefault(resource["resourceType"], [])
        names[f"{resource['resourceType']}/{resource['id']}"] = f"{resource['resourceType']}[{len(listed)}]"
        listed.append(resource)
    return {type_: [_named(one, names) for one in listed] for type_, listed in found.items()}


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: names.get(one, one) if key == "reference" else _named(one, names)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    return str(value) if isinstance(value, Decimal) else value


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Where `actual` is not what `expected` says of it."""
    if expected is None:
        return [] if actual is None else [f"{path} is there"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            found
            for key, one in expected.items()
            for found in differences(one, actual.get(key), f"{path}.{key}")
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [found for n, (one, other) in pairs for found in differences(one, other, f"{path}[{n}]")]
    return [] if expected == actual else [f"{path}: expected {expected!r}, not {actual!r}"]
