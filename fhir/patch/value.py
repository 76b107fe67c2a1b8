"""The value of a FHIRPath Patch operation: a value[x], or parts for what has no type of its own.

FHIR R4 fhirpatch.html. A backbone element (Patient.contact) is given as parts named after its elements.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fhir.definitions.members import Member, members
from fhir.patch.path import PathError, names

Value = Callable[[Mapping[str, Member], str], tuple[str, Any]]
"""The member of an object, and its JSON, where the value is to stand as the element of a name."""


@dataclass(frozen=True, slots=True)
class Given:
    """Members that stand somewhere already."""

    members: Mapping[str, Member]

    def alternatives(self) -> Mapping[str, Member]:
        """The same with the other types of a value[x]."""
        found: dict[str, Member] = {}
        for name, member in self.members.items():
            owner = member.element.path.rpartition(".")[0]
            known = members(owner) if member.element.choice else {name: member}
            found |= {each: other for each, other in known.items() if other.element is member.element}
        return found or self.members


def read_value(part: Mapping[str, Any]) -> Value | None:
    """What a part holds; None where it holds nothing."""
    typed = next((name for name in part if name.startswith("value")), None)
    if typed is not None:
        return lambda known, name: _typed(known, name, typed.removeprefix("value"), deepcopy(part[typed]))
    if isinstance(part.get("resource"), dict):
        return lambda known, name: _typed(known, name, "", deepcopy(part["resource"]))
    if isinstance(part.get("part"), list):
        return lambda known, name: _parts(known, name, part["part"])
    return None


def _typed(known: Mapping[str, Member], name: str, type: str, value: Any) -> tuple[str, Any]:
    found = names(known, name)
    if not found:
        raise PathError(f"there is no element {name[:64]!r} there")
    if not known[found[0]].element.choice:
        return found[0], value
    stem = known[found[0]].element.name
    if f"{stem}{type}" not in known:
        raise PathError(f"the element {stem!r} can't be of this type")
    return f"{stem}{type}", value


def _parts(known: Mapping[str, Member], name: str, parts: list[Any]) -> tuple[str, Any]:
    found = names(known, name)
    if len(found) != 1:
        raise PathError(f"there is no element {name[:64]!r} of parts there")
    member = known[found[0]]
    if not member.inside:
        raise PathError(f"the element {name[:64]!r} has no parts")
    within, built = members(member.inside), {}
    for part in parts:
        below = part.get("name") if isinstance(part, dict) else None
        value = read_value(part) if isinstance(below, str) else None
        if value is None:
            raise PathError("each part has a name and a value")
        key, held = value(within, str(below))
        if not within[key].element.repeats:
            built[key] = held
        else:
            built.setdefault(key, []).append(held)
    return found[0], built
