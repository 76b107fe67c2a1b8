"""Detachment: references taken out of a resource, since what they name lies in another file now.

FHIR R4 references.html. Of lists that several v2 fields make together it stays known which part came from
which field.
"""

from collections.abc import Collection, Mapping
from typing import Any

from adapters.v2_to_fhir.parts import Memory, joined, split
from fhir.resource import Resource

_GONE = object()


def detached(
    resource: Resource, memory: Mapping[str, Any], gone: Collection[str], *, whole: bool = False
) -> tuple[Resource, Memory]:
    """A resource without its references to `gone` (`Type/id`), and its memory.

    `whole` takes out each entry of a list that loses a reference of its own, for entries that need it.
    """
    result, lists = dict(resource), dict(memory.get("lists") or {})
    for element, value in resource.items():
        left = _left(value, gone, whole)
        if left is value:
            continue
        if element in lists:
            left = _of_parts(value, lists, element, gone, whole)
        if left is _GONE or left == []:
            del result[element]
        else:
            result[element] = left
    kept = {name: held for name, held in lists.items() if held}
    return result, {**memory, "lists": kept} if memory.get("lists") else dict(memory)


def _of_parts(
    value: list[Any], lists: dict[str, Any], element: str, gone: Collection[str], whole: bool
) -> list[Any]:
    parts, rest = split(value, lists[element])
    left = {origin: (time, _listed(items, gone, whole)) for origin, (time, items) in parts.items()}
    found, lists[element] = joined(left, _listed(rest, gone, whole))
    return found


def _left(value: Any, gone: Collection[str], whole: bool) -> Any:
    """The same object where nothing is taken out."""
    if isinstance(value, list):
        listed = _listed(value, gone, whole)
        same = len(listed) == len(value) and all(
            one is other for one, other in zip(listed, value, strict=True)
        )
        return value if same else listed
    if not isinstance(value, dict):
        return value
    reference = value.get("reference")
    if isinstance(reference, str) and reference.partition("/_history/")[0] in gone:
        return _GONE
    members = {name: _left(member, gone, whole) for name, member in value.items()}
    if all(members[name] is value[name] for name in value):
        return value
    if whole and _GONE in [each for each in members.values() if not isinstance(each, list | dict)]:
        return _GONE
    return {name: each for name, each in members.items() if each is not _GONE and each != []} or _GONE


def _listed(items: list[Any], gone: Collection[str], whole: bool) -> list[Any]:
    return [left for each in items if (left := _left(each, gone, whole)) is not _GONE]
