"""References: every literal reference in a resource, wherever it stands.

FHIR R4 2.3.0.1 (references.html#literal). Contained resources and extensions are walked as well.
"""

from collections.abc import Iterator
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.resource import ID, Resource

UNRESOLVED = ("urn:uuid:", "urn:oid:")
"""What the references within a Bundle begin with; they mean nothing outside of it."""


def is_literal(target: str) -> bool:
    """Is `target` a relative reference, `Type/id`?"""
    type, _, id = target.partition("/")
    return type in resource_types and ID.fullmatch(id) is not None


def references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each reference in `value`, as it is written, with its FHIRPath."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "reference" and isinstance(member, str):
                yield f"{path}.reference", member
            elif isinstance(member, dict | list):
                yield from references(member, f"{path}.{name}")
    elif isinstance(value, list):
        for position, member in enumerate(value):
            if isinstance(member, dict | list):
                yield from references(member, f"{path}[{position}]")


def targets(resource: Resource) -> dict[str, tuple[str, ...]]:
    """The targets of `references` without their versions, each once, and the versions: six times as fast."""
    found: dict[str, tuple[str, ...]] = {}
    _collect(resource, found)
    return found


def local(resource: Resource, base: str) -> Resource:
    """`resource` with what it refers to below the server's own `base` as `Type/id`, which means the same.

    What stands within a Bundle stays: there an absolute reference leads to an entry.
    """
    start = f"{base}/"
    if resource["resourceType"] == "Bundle" or not any(each.startswith(start) for each in targets(resource)):
        return resource
    return {name: _local(member, start) for name, member in resource.items()}


def _local(value: Any, start: str) -> Any:
    if isinstance(value, list):
        return [_local(each, start) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _local(member, start) for name, member in value.items()}
    reference = changed.get("reference")
    if isinstance(reference, str) and reference.startswith(start):
        relative = reference.removeprefix(start)
        changed["reference"] = relative if is_literal(relative.partition("/_history/")[0]) else reference
    return changed


def _collect(value: dict[str, Any], found: dict[str, tuple[str, ...]]) -> None:
    for name, member in value.items():
        kind = member.__class__
        if kind is str:
            if name == "reference":
                target, _, version = member.partition("/_history/")
                known = found.setdefault(target, ())
                if version:
                    found[target] = (*known, version)
        elif kind is dict:
            _collect(member, found)
        elif kind is list:
            _listed(member, found)


def _listed(members: list[Any], found: dict[str, tuple[str, ...]]) -> None:
    for each in members:
        if each.__class__ is dict:
            _collect(each, found)
        elif each.__class__ is list:
            _listed(each, found)
