"""StructureDefinition with derivation `constraint`: the official R4 profiles compiled into compact data.

FHIR R4 profilelist.html (vital signs, lipids, shareable definitions …), extensibility-registry.html. Of a
snapshot only what a check needs stays: text, mappings and what R4 itself says of an element are left out.
"""

from collections.abc import Iterable
from typing import Any

_KEPT = ("id", "path", "sliceName", "slicing", "maxLength")
_VALUES = ("fixed", "pattern", "minValue", "maxValue")
_GENERAL = frozenset(("ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6"))


def _types(element: dict[str, Any]) -> list[dict[str, Any]]:
    kept = ("code", "profile", "targetProfile")
    return [{name: one[name] for name in kept if name in one} for one in element.get("type", ())]


def _constraints(element: dict[str, Any], official: frozenset[str]) -> list[dict[str, str]]:
    kept = ("key", "severity", "human", "expression")
    return [
        {name: one[name] for name in kept if name in one}
        for one in element.get("constraint", ())
        if one["key"] not in _GENERAL and one.get("expression") not in official
    ]


def compile_element(element: dict[str, Any], official: frozenset[str]) -> dict[str, Any]:
    """What a check needs of one ElementDefinition."""
    compact = {name: element[name] for name in _KEPT if name in element}
    compact |= {name: value for name, value in element.items() if name.startswith(_VALUES)}
    base = element.get("base", {})
    if element.get("min", 0) > base.get("min", 0):
        compact["min"] = element["min"]
    if "max" in element and element["max"] != base.get("max"):
        compact["max"] = element["max"]
    if "sliceName" in compact:
        compact |= {name: element[name] for name in ("min", "max") if name in element}
    binding = element.get("binding", {})
    if binding.get("strength") == "required" and "valueSet" in binding:
        compact["binding"] = {"strength": "required", "valueSet": binding["valueSet"]}
    compact["type"] = _types(element)
    compact["constraint"] = _constraints(element, official)
    return {name: value for name, value in compact.items() if value or name == "min"}


def _needed(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Elements that say something, and those above them or sliced by them."""
    needed: set[str] = set()
    for element in reversed(elements):
        path = element["path"]
        says = element.keys() - {"id", "path", "type", "slicing"}
        restricts = any("profile" in one for one in element.get("type", ()))
        extension = path.startswith("Extension.value") or path.count(".") == 0
        if says or restricts or extension or element["id"] in needed:
            needed.add(element["id"])
            needed |= {element["id"].rpartition(".")[0], element["id"].rpartition(":")[0]}
    return [element for element in elements if element["id"] in needed]


def compile_profile(definition: dict[str, Any], official: frozenset[str]) -> dict[str, Any]:
    """The compact form of one profile."""
    elements = definition.get("snapshot", definition.get("differential", {})).get("element", [])
    compact = [compile_element(element, official) for element in elements]
    return {
        "type": definition["type"],
        "version": definition.get("version", ""),
        "baseDefinition": definition["baseDefinition"],
        "snapshot": {"element": _needed(compact)},
    }


def compile_profiles(definitions: Iterable[dict[str, Any]], official: frozenset[str]) -> dict[str, Any]:
    """All profiles by URL; `official` are the expressions of R4's own constraints."""
    return {one["url"]: compile_profile(one, official) for one in definitions}
