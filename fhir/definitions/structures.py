"""StructureDefinition: every R4 resource and data type as a tree of its elements.

FHIR R4 structuredefinition.html, elementdefinition.html. Read from the compiled data at first use; elements
that a type inherits (id, extension, meta …) stand first, as in the official snapshots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_FILE = Path(__file__).parent / "data" / "structures.json"
_SIMPLE = {"SimpleQuantity": "Quantity"}


@dataclass(frozen=True, slots=True)
class Constraint:
    """An invariant of the specification: its key, severity (error, warning), meaning and FHIRPath."""

    key: str
    severity: str
    human: str
    expression: str


@dataclass(frozen=True, slots=True)
class ElementType:
    """One type of an element; `targets`: the resource types a Reference may lead to (empty: any)."""

    code: str
    profile: str | None = None
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Element:
    """One element: `path` as in the specification (`Patient.contact.name`, `Observation.value[x]`)."""

    path: str
    min: int
    max: str
    types: tuple[ElementType, ...]
    binding: str | None
    content: str | None
    summary: bool
    modifier: bool
    constraints: tuple[Constraint, ...]
    elements: tuple["Element", ...]

    @property
    def choice(self) -> bool:
        """Whether the element is a value[x]."""
        return self.path.endswith("[x]")

    @property
    def name(self) -> str:
        """The last part of the path, without [x]."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def repeats(self) -> bool:
        """Whether the element is an array in JSON."""
        return self.max not in ("0", "1")

    def members(self) -> dict[str, ElementType]:
        """The JSON members that may hold the element, with their types (`valueQuantity`, `valueString` …)."""
        if not self.choice:
            return {self.name: self.types[0] if self.types else ElementType("BackboneElement")}
        return {self.name + type_.code[0].upper() + type_.code[1:]: type_ for type_ in self.types}


@dataclass(frozen=True, slots=True)
class Structure:
    """One type: `kind` is resource, complex-type or primitive-type."""

    type: str
    kind: str
    abstract: bool
    base: str
    constraints: tuple[Constraint, ...]
    elements: tuple[Element, ...]


@cache
def _definitions() -> dict[str, dict[str, Any]]:
    definitions: dict[str, dict[str, Any]] = orjson.loads(_FILE.read_bytes())
    return definitions


def _element_type(compact: str | Mapping[str, Any]) -> ElementType:
    if not isinstance(compact, str):
        return ElementType(compact["code"], targets=frozenset(compact["targets"]))
    if compact in _SIMPLE:
        return ElementType(_SIMPLE[compact], profile=compact)
    return ElementType(compact)


def _constraints(compact: Mapping[str, Any]) -> tuple[Constraint, ...]:
    return tuple(Constraint(key, *parts) for key, parts in compact.get("constraints", {}).items())


def _element(compact: Mapping[str, Any], children: Mapping[str, list[Mapping[str, Any]]]) -> Element:
    path = compact["path"]
    below = tuple(_element(child, children) for child in children.get(path, ()))
    types = tuple(map(_element_type, compact.get("types", ())))
    inherited = structure(types[0].code).elements if below else ()
    return Element(
        path=path,
        min=compact.get("min", 0),
        max=compact.get("max", "1"),
        types=types,
        binding=compact.get("binding"),
        content=compact.get("content"),
        summary=compact.get("summary", False),
        modifier=compact.get("modifier", False),
        constraints=_constraints(compact),
        elements=inherited + below,
    )


@cache
def structure(type: str) -> Structure:
    """The structure of the resource or data type `type`; KeyError when R4 has none of that name."""
    definition = _definitions()[type]
    base = structure(definition["base"]) if definition.get("base") else None
    children: dict[str, list[Mapping[str, Any]]] = {}
    for compact in definition.get("elements", ()):
        children.setdefault(compact["path"].rpartition(".")[0], []).append(compact)
    own = tuple(_element(compact, children) for compact in children.get(type, ()))
    return Structure(
        type=type,
        kind=definition["kind"],
        abstract=definition.get("abstract", False),
        base=definition.get("base", ""),
        constraints=_merged(base.constraints if base else (), _constraints(definition)),
        elements=(base.elements if base else ()) + own,
    )


def _merged(inherited: tuple[Constraint, ...], own: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    return tuple({one.key: one for one in inherited + own}.values())


def _concrete(kind: str) -> frozenset[str]:
    return frozenset(
        type
        for type, definition in _definitions().items()
        if definition["kind"] == kind and not definition.get("abstract")
    )


def __getattr__(name: str) -> frozenset[str]:
    """`resource_types`, `complex_types`, `primitive_types`: the concrete types, read at first use."""
    kinds = {
        "resource_types": "resource",
        "complex_types": "complex-type",
        "primitive_types": "primitive-type",
    }
    if name not in kinds:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = _concrete(kinds[name])
    return globals()[name]  # type: ignore[no-any-return]


resource_types: frozenset[str]
complex_types: frozenset[str]
primitive_types: frozenset[str]
