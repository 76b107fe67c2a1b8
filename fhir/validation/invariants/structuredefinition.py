"""Constraints of StructureDefinition (sdf-1 to sdf-23).

FHIR R4 structuredefinition.html 5.3.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.validation.invariant import Rules, distinct, holds, some

Elements = list[Mapping[str, Any]]
_VIEWS = ("snapshot", "differential")
_SPECIFICATION = "http://hl7.org/fhir/StructureDefinition"
_TYPE = re.compile(r"[a-zA-Z0-9.]+|http://hl7\.org/fhirpath/System\.[A-Z][A-Za-z]+").fullmatch
_DESCRIBED = frozenset(("label", "code", "requirements", "_label", "_requirements"))


def _elements(definition: Mapping[str, Any], *views: str) -> Elements:
    return [one for view in views or _VIEWS for one in definition.get(view, {}).get("element", ())]


def _is_root(element: Mapping[str, Any]) -> bool:
    return "." not in element.get("path", "")


def _roots(definition: Mapping[str, Any], *views: str) -> Elements:
    return [one for one in _elements(definition, *views) if _is_root(one)]


def _logical(definition: Mapping[str, Any]) -> bool:
    return definition.get("kind") == "logical"


def _paths(definition: Mapping[str, Any]) -> bool:
    """sdf-1."""
    constrains = definition.get("derivation") == "constraint"
    return constrains or distinct(one.get("path") for one in _elements(definition, "snapshot"))


def _located(definition: Mapping[str, Any]) -> bool:
    """sdf-5."""
    own = definition.get("derivation") == "specialization" or "context" in definition
    return definition.get("type") != "Extension" or own


def _first(definition: Mapping[str, Any], view: str) -> Mapping[str, Any]:
    elements = _elements(definition, view)
    return elements[0] if elements else {}


def _typeless(view: str) -> Any:
    """sdf-15, sdf-15a: the root has no type."""

    def rule(definition: Mapping[str, Any]) -> bool:
        first = _first(definition, view)
        return _logical(definition) or not _is_root(first) or "type" not in first

    return holds(rule)


def _named(definition: Mapping[str, Any]) -> bool:
    """sdf-11."""
    path = _first(definition, "snapshot").get("path")
    return _logical(definition) or path is None or path == definition.get("type")


def _identified(definition: Mapping[str, Any]) -> bool:
    """sdf-14."""
    return all("id" in one for one in _elements(definition))


def _distinct_ids(view: str) -> Any:
    """sdf-16, sdf-17."""
    return holds(lambda definition: distinct(one["id"] for one in _elements(definition, view) if "id" in one))


def _official(definition: Mapping[str, Any]) -> bool:
    return str(definition.get("url", "")).startswith(_SPECIFICATION)


def _official_types(definition: Mapping[str, Any]) -> bool:
    """sdf-19."""
    codes = (type.get("code") for one in _elements(definition) for type in one.get("type", ()))
    return not _official(definition) or all(_TYPE(code) for code in codes if isinstance(code, str))


def _has_default(element: Mapping[str, Any]) -> bool:
    return any(name.lstrip("_").startswith("defaultValue") for name in element)


def _defaults(definition: Mapping[str, Any]) -> bool:
    """sdf-21."""
    specializes = definition.get("derivation") == "specialization"
    return specializes or not any(map(_has_default, _elements(definition, "differential")))


def _official_defaults(definition: Mapping[str, Any]) -> bool:
    """sdf-22."""
    return not _official(definition) or not any(map(_has_default, _elements(definition)))


def _prefixed(view: str) -> Any:
    """sdf-8, sdf-8a: all elements lie below the type, or below the root of a logical model."""

    def rule(definition: Mapping[str, Any]) -> bool:
        paths = [str(one.get("path", "")) for one in _elements(definition, view)]
        if not paths:
            return True
        root = paths[0].partition(".")[0]
        right = _logical(definition) or paths[0].startswith(str(definition.get("type")))
        return right and all(path.startswith(f"{root}.") for path in paths[1:])

    return holds(rule)


def _complete(snapshot: Mapping[str, Any]) -> bool:
    """sdf-3."""
    return all({"definition", "min", "max"} <= one.keys() for one in snapshot.get("element", ()))


def _unsliced(differential: Mapping[str, Any]) -> bool:
    """sdf-20."""
    return all("slicing" not in one for one in differential.get("element", ()) if _is_root(one))


def _bound(element: Mapping[str, Any]) -> bool:
    """sdf-10."""
    return "binding" not in element or not {"valueSet", "description"}.isdisjoint(element["binding"])


RULES: Rules = {
    ("StructureDefinition", "sdf-1"): holds(_paths),
    ("StructureDefinition", "sdf-4"): holds(
        lambda definition: definition.get("abstract") is True or "baseDefinition" in definition
    ),
    ("StructureDefinition", "sdf-5"): holds(_located),
    ("StructureDefinition", "sdf-6"): some("snapshot", "differential"),
    ("StructureDefinition", "sdf-9"): holds(
        lambda definition: all(_DESCRIBED.isdisjoint(one) for one in _roots(definition))
    ),
    ("StructureDefinition", "sdf-11"): holds(_named),
    ("StructureDefinition", "sdf-14"): holds(_identified),
    ("StructureDefinition", "sdf-15"): _typeless("snapshot"),
    ("StructureDefinition", "sdf-15a"): _typeless("differential"),
    ("StructureDefinition", "sdf-16"): _distinct_ids("snapshot"),
    ("StructureDefinition", "sdf-17"): _distinct_ids("differential"),
    ("StructureDefinition", "sdf-18"): holds(
        lambda definition: "contextInvariant" not in definition or definition.get("type") == "Extension"
    ),
    ("StructureDefinition", "sdf-19"): holds(_official_types),
    ("StructureDefinition", "sdf-21"): holds(_defaults),
    ("StructureDefinition", "sdf-22"): holds(_official_defaults),
    ("StructureDefinition", "sdf-23"): holds(
        lambda definition: all("sliceName" not in one for one in _roots(definition))
    ),
    ("StructureDefinition.mapping", "sdf-2"): some("name", "uri"),
    ("StructureDefinition.snapshot", "sdf-3"): holds(_complete),
    ("StructureDefinition.snapshot", "sdf-8b"): holds(
        lambda snapshot: all("base" in one for one in snapshot.get("element", ()))
    ),
    ("StructureDefinition.differential", "sdf-20"): holds(_unsliced),
    ("StructureDefinition.snapshot.element", "sdf-10"): holds(_bound),
}
OF_RESOURCE: Rules = {  # they look at the whole resource from below
    ("StructureDefinition.snapshot", "sdf-8"): _prefixed("snapshot"),
    ("StructureDefinition.differential", "sdf-8a"): _prefixed("differential"),
}
