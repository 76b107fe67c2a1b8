"""Element instance: each value that a resource holds for an element, with its type and its FHIRPath step.

FHIR R4 json.html 2.6.2. A primitive has its extensions beside it in `_name`; the member of a value[x] says
its type.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fhir.definitions.structures import complex_types, primitive_types
from fhir.validation.finding import Contained, Finding, step
from fhir.validation.profile.snapshot import Node

_SYSTEM = "http://hl7.org/fhirpath/System."
_TYPES = {code[0].upper() + code[1:]: code for code in complex_types | primitive_types}
DEEPEST = 24


class Item(NamedTuple):
    """One value: `beside` is its `_name` where it is a primitive; `path` starts with `.` or is empty."""

    value: Any
    beside: Any
    type: str
    path: str

    @property
    def object(self) -> Mapping[str, Any]:
        """What holds its children."""
        return self.value if isinstance(self.value, dict) else self.beside or {}


Check = Callable[["Item", "Scope"], list[Finding]]


@dataclass(slots=True)
class Scope:
    """What a check may look at beside the value: the whole resource, and what references lead to."""

    resource: Mapping[str, Any]
    profile: Callable[[str], Check | None]
    codings: Callable[[str], frozenset[tuple[str, str]] | None]
    resolve: Callable[[str], Mapping[str, Any] | None]
    about: Callable[[str], str | None]
    contained: Contained = field(default_factory=dict)
    depth: int = 0
    seconds: float = 1.0  # what is left for FHIRPath


def items(node: Node, parent: Mapping[str, Any]) -> Iterator[Item]:
    """The values of the element `node` in the object `parent`."""
    if not node.choice:
        type = type_code(node.types[0].get("code", "")) if len(node.types) == 1 else ""
        yield from _members(parent, node.name, type, step(node.name))
        return
    for member in dict.fromkeys(name.lstrip("_") for name in parent):
        type = _TYPES.get(member[len(node.name) :], "") if member.startswith(node.name) else ""
        if type:
            yield from _members(parent, member, type, step(node.name))


def type_code(code: str) -> str:
    """The FHIR type; ids and Extension.url are FHIRPath strings in 4.0.1."""
    return "string" if code.startswith(_SYSTEM) else code


def _members(parent: Mapping[str, Any], member: str, type: str, path: str) -> Iterator[Item]:
    value, beside = parent.get(member), parent.get(f"_{member}")
    if isinstance(value, list) or isinstance(beside, list):
        values = value if isinstance(value, list) else []
        shadows = beside if isinstance(beside, list) else []
        for index in range(max(len(values), len(shadows))):
            one = values[index] if index < len(values) else None
            yield Item(one, shadows[index] if index < len(shadows) else None, type, f"{path}[{index}]")
    elif value is not None or beside is not None:
        yield Item(value, beside, type, path)
