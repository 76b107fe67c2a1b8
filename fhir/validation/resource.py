"""Resource: validation of a whole resource, with what it contains and what a Bundle or Parameters carries.

FHIR R4 validation.html 2.1.0.4, references.html 2.3.0.2 (contained resources: dom-2 to dom-5).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from threading import RLock
from typing import Any

from fhir.definitions.structures import resource_types, structure
from fhir.outcome import Issue
from fhir.resource import Resource
from fhir.validation.finding import Check, Contained, Finding, Findings, below, fault, worst
from fhir.validation.structure import Compiler

_NONE: Contained = {}
_lock = RLock()
_checks: dict[str, Check] = {}


@cache
def _compiler() -> Compiler:
    return Compiler(_any_resource, _contained_resource)


def _check_of(type: Any) -> Check | None:
    """The check of a resource type, compiled at first use; None when R4 has no such type."""
    if not isinstance(type, str):
        return None
    if (check := _checks.get(type)) is None and type in resource_types:
        with _lock:
            check = _checks[type] = _compiler().type(type)
    return check


def _unknown(value: Any) -> list[Finding]:
    if type(value) is not dict:
        return fault("structure", "a resource is a JSON object")
    if "resourceType" not in value:
        return fault("structure", "a resource needs its resourceType", ".resourceType")
    return fault("structure", "the resourceType is none of R4", ".resourceType")


def _ids(value: Mapping[str, Any]) -> Contained:
    """The ids and types of the contained resources that have both, as far as R4 knows the type."""
    listed = value.get("contained")
    return {
        one["id"]: one["resourceType"]
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and isinstance(one.get("id"), str) and _check_of(one.get("resourceType"))
    }


def _any_resource(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
    """A resource of its own: the root, a Bundle entry's, a parameter's."""
    check = _check_of(value.get("resourceType")) if type(value) is dict else None
    if check is None:
        return _unknown(value)
    if "contained" not in value:
        return check(value, parent, _NONE)
    found = check(value, parent, _ids(value)) or []
    if all(one.severity != "error" for one in found):
        found += _unused(value)
    return found or None


def _contained_resource(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
    """A resource contained in another: it sees the ids of its siblings."""
    check = _check_of(value.get("resourceType")) if type(value) is dict else None
    if check is None:
        return _unknown(value)
    found = check(value, parent, contained) or []
    meta = value.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    if "id" not in value:
        found += fault("required", "a contained resource needs an id", ".id")
    if "contained" in value:
        found += _domain("dom-2", ".contained")
    if "versionId" in meta or "lastUpdated" in meta:
        found += _domain("dom-4", ".meta")
    if "security" in meta:
        found += _domain("dom-5", ".meta.security")
    return found or None


def _domain(key: str, path: str) -> list[Finding]:
    """A broken constraint of DomainResource."""
    constraint = next(one for one in structure("DomainResource").constraints if one.key == key)
    return [Finding(path, "invariant", f"{constraint.human} ({key})", constraint.severity)]


def _strings(value: Any) -> Iterator[str]:
    """Every string below `value` that could be a local reference."""
    if isinstance(value, str):
        if value.startswith("#"):
            yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _unused(value: Mapping[str, Any]) -> list[Finding]:
    """dom-3: a contained resource is referred to, or refers to its container; ids are not taken twice."""
    found: list[Finding] = []
    used = set(_strings(value))
    seen: set[str] = set()
    for index, one in enumerate(value["contained"]):
        if one["id"] in seen:
            found += fault("structure", "two contained resources have this id", f".contained[{index}].id")
        seen.add(one["id"])
        if f"#{one['id']}" not in used and "#" not in _strings(one):
            found += _domain("dom-3", f".contained[{index}]")
    return found


def validate(resource: Resource) -> list[Issue]:
    """What is wrong with a resource as R4 4.0.1 defines it; an empty list when nothing is.

    Errors come first, at most 100 issues in all; `expression` is the FHIRPath of the element, such as
    `Patient.name[0].family`. Only issues of severity `error` forbid to store the resource.
    """
    type = resource.get("resourceType")
    root = type if isinstance(type, str) and type in resource_types else "Resource"
    try:
        found = _any_resource(resource, _NONE, _NONE)
    except RecursionError:
        return [Issue("structure", "the resource is nested too deeply", root)]
    if found is None:
        return []
    return [Issue(one.code, one.text, one.path, one.severity) for one in worst(below(root, found))]


def errors(resource: Resource) -> list[Issue]:
    """The issues for which a write is refused: all but warnings and hints."""
    return [issue for issue in validate(resource) if issue.severity in ("error", "fatal")]
