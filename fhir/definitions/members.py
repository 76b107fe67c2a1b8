"""JSON members: what an object of some type may hold, and what lies within each.

FHIR R4 json.html, elementdefinition.html (contentReference). A walk over JSON starts at a resource type and
follows `Member.inside`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fhir.definitions.structures import Element, primitive_types, structure

RESOURCE = "Resource"


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its element, its type, and the key of `members` for what lies within ("": nothing)."""

    element: Element
    type: str
    inside: str

    @property
    def primitive(self) -> bool:
        """Is it a string, number or boolean?"""
        return self.type in primitive_types


@cache
def members(key: str) -> Mapping[str, Member]:
    """By name in JSON: the members of a type (`Patient`, `HumanName`) or of a part (`Patient.contact`)."""
    type, _, path = key.partition(".")
    elements = structure(type).elements
    for name in filter(None, path.split(".")):
        elements = next(each.elements for each in elements if each.name == name)
    return {
        name: Member(element, type.code, _inside(element, type.code))
        for element in elements
        for name, type in element.members().items()
    }


def inside(member: Member, value: Any) -> str:
    """What `value`, which stands in `member`, is made of: a contained resource says so itself."""
    if member.inside != RESOURCE:
        return member.inside
    type = value.get("resourceType") if isinstance(value, dict) else None
    return type if isinstance(type, str) else ""


def _inside(element: Element, code: str) -> str:
    if element.content is not None:
        return element.content.removeprefix("#")
    if element.elements:
        return element.path
    return "" if code in primitive_types else code
