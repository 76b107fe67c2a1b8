"""FHIRPath Patch: a Parameters resource of operations on what paths lead to.

FHIR R4 fhirpatch.html: add, insert, delete, replace, move. Each path leads to one place, or the patch fails.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fhir.patch import Patch, check_length, malformed, unfit
from fhir.patch.path import PathError, Place, holding, names, places, split
from fhir.patch.value import Given, Value, read_value
from fhir.resource import Resource

_NEEDS = {
    "add": {"path", "name", "value"},
    "insert": {"path", "index", "value"},
    "delete": {"path"},
    "replace": {"path", "value"},
    "move": {"path", "source", "destination"},
}
_NUMBERS = frozenset({"index", "source", "destination"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its type, and its parts by name."""

    type: str
    parts: dict[str, Any]
    value: Value | None

    @property
    def path(self) -> str:
        """Where it works."""
        return str(self.parts["path"])


def read_fhirpath_patch(parameters: Resource) -> Patch:
    """The patch in a Parameters resource; a Refusal where it is none."""
    given = parameters.get("parameter") or []
    if parameters["resourceType"] != "Parameters" or not isinstance(given, list):
        raise malformed(0, "a FHIRPath Patch is a Parameters resource")
    check_length(len(given))
    operations = [_read(position, each) for position, each in enumerate(given)]

    def patch(resource: Resource) -> Resource:
        changed = deepcopy(resource)
        for position, operation in enumerate(operations):
            try:
                _CARRIED_OUT[operation.type](changed, operation)
            except PathError as error:
                raise unfit(position, str(error)) from None
        return changed

    return patch


def _read(position: int, given: Any) -> Operation:
    place = f"Parameters.parameter[{position}]"
    if (
        not isinstance(given, dict)
        or given.get("name") != "operation"
        or not isinstance(given.get("part"), list)
    ):
        raise malformed(position, "it is a parameter `operation` with parts", place=place)
    parts: dict[str, Any] = {}
    value: Value | None = None
    for part in given["part"]:
        name = part.get("name") if isinstance(part, dict) else None
        if not isinstance(name, str) or name in parts:
            raise malformed(position, "each part has a name of its own", place=place)
        parts[name] = next((part[key] for key in part if key.startswith("value")), None)
        value = read_value(part) if name == "value" else value
    type = parts.get("type")
    if not isinstance(type, str) or type not in _NEEDS:
        raise malformed(position, f"type is one of {', '.join(_NEEDS)}", place=place)
    if (missing := sorted(_NEEDS[type] - parts.keys())) or (value is None and "value" in _NEEDS[type]):
        raise malformed(position, f"{type} needs {', '.join(missing or ['a value'])}", place=place)
    for name in _NEEDS[type] - {"value"}:
        _check(position, name, parts[name], place)
    return Operation(type, parts, value)


def _check(position: int, name: str, value: Any, place: str) -> None:
    if name not in _NUMBERS:
        if not isinstance(value, str):
            raise malformed(position, f"{name} is a text", place=place)
    elif type(value) is not int or not 0 <= value < 1_000_000:
        raise malformed(position, f"{name} is a whole number", place=place)


def _one(resource: Resource, path: str) -> Place:
    found = places(resource, path)
    if len(found) != 1:
        raise PathError(f"the path leads to {len(found) or 'no'} places instead of one")
    return found[0]


def _add(resource: Resource, operation: Operation) -> None:
    assert operation.value is not None
    place, name = _one(resource, operation.path), str(operation.parts["name"])
    member, value = operation.value(place.children(), name)
    holder = holding(place, make=True)
    if holder is None:
        raise PathError("nothing can be added there")
    if place.children()[member].element.repeats:
        _insert_at(holder, member, len(holder.get(member) or []), value)
    elif any(each in holder for each in names(place.children(), name)):
        raise PathError("the element is there already and does not repeat")
    else:
        holder[member] = value


def _insert(resource: Resource, operation: Operation) -> None:
    assert operation.value is not None
    holder, member, place = _list(resource, operation.path)
    _, value = operation.value(place.children(), member)
    index = operation.parts["index"]
    if index > len(holder.get(member) or []):
        raise PathError("the index lies beyond the end of the list")
    _insert_at(holder, member, index, value)


def _insert_at(holder: dict[str, Any], member: str, index: int, value: Any) -> None:
    holder.setdefault(member, []).insert(index, value)
    if isinstance(beside := holder.get(f"_{member}"), list):
        beside.insert(index, None)


def _list(resource: Resource, path: str) -> tuple[dict[str, Any], str, Place]:
    """The object and member of the list at `path`, and the place that holds them."""
    parent, name = split(path)
    place = _one(resource, parent)
    known = place.children()
    if name not in known or not known[name].element.repeats:
        raise PathError("the path does not lead to a list")
    holder = holding(place, make=True)
    if holder is None:
        raise PathError("there is no list there")
    return holder, name, place


def _delete(resource: Resource, operation: Operation) -> None:
    found = places(resource, operation.path)
    if len(found) > 1:
        raise PathError(f"the path leads to {len(found)} places instead of one")
    for place in found:
        if place.member is None:
            raise PathError("a patch does not delete the whole resource")
        _remove(place)


def _remove(place: Place) -> None:
    beside = f"_{place.name}"
    if place.position is None:
        place.object.pop(place.name)
        place.object.pop(beside, None)
        return
    for name in (place.name, beside):
        held = place.object.get(name)
        if isinstance(held, list) and place.position < len(held):
            del held[place.position]
            if not any(each is not None for each in held):
                del place.object[name]


def _replace(resource: Resource, operation: Operation) -> None:
    assert operation.value is not None
    place = _one(resource, operation.path)
    if place.member is None:
        raise PathError("a patch does not replace the whole resource")
    parent = Given({place.name: place.member})
    name = place.member.element.name if place.member.element.choice else place.name
    member, value = operation.value(parent.alternatives(), name)
    if place.position is not None:
        place.object[place.name][place.position] = value
        if isinstance(beside := place.object.get(f"_{place.name}"), list):
            beside[place.position] = None
            if not any(beside):
                del place.object[f"_{place.name}"]
        return
    place.object.pop(f"_{place.name}", None)
    if member == place.name:
        place.object[member] = value
    else:
        _rename(place.object, place.name, member, value)


def _rename(object: dict[str, Any], old: str, new: str, value: Any) -> None:
    """Another type of a value[x], where the one before stood."""
    pairs = [(new, value) if name == old else (name, held) for name, held in object.items()]
    object.clear()
    object.update(pairs)


def _move(resource: Resource, operation: Operation) -> None:
    holder, member, _ = _list(resource, operation.path)
    source, destination = operation.parts["source"], operation.parts["destination"]
    length = len(holder.get(member) or [])
    if source >= length or destination >= length:
        raise PathError("source and destination lie within the list")
    for name in (member, f"_{member}"):
        if isinstance(held := holder.get(name), list) and len(held) == length:
            held.insert(destination, held.pop(source))


_CARRIED_OUT: dict[str, Callable[[Resource, Operation], None]] = {
    "add": _add,
    "insert": _insert,
    "delete": _delete,
    "replace": _replace,
    "move": _move,
}
