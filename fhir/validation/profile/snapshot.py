"""Snapshot: the elements of a profile as a tree with slices.

FHIR R4 structuredefinition.html 5.3.0, profiling.html 5.1.0.13 (slicing). A differential alone is enough on a
type of R4, whose own rules are checked anyway; on another profile it is laid over the elements of that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from fhir.outcome import Fault, Refusal

ElementDefinition = Mapping[str, Any]
MOST = 4_000


@dataclass(slots=True)
class Node:
    """One element of a profile. `slices` are those that `definition.slicing` makes of it."""

    path: str
    definition: ElementDefinition
    children: list["Node"] = field(default_factory=list)
    slices: list["Node"] = field(default_factory=list)

    @property
    def choice(self) -> bool:
        """Whether it is a value[x]."""
        return self.path.endswith("[x]")

    @property
    def name(self) -> str:
        """The last part of the path, without [x]."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def slice_name(self) -> str | None:
        """The name of the slice that it is, if it is one."""
        return self.definition.get("sliceName")

    @property
    def types(self) -> Sequence[Mapping[str, Any]]:
        """ElementDefinition.type."""
        listed: Sequence[Mapping[str, Any]] = self.definition.get("type", ())
        return listed

    def child(self, path: str) -> "Node | None":
        """The element of this path directly below."""
        return next((child for child in self.children if child.path == path), None)


def laid_over(base: Iterable[ElementDefinition], differential: Iterable[ElementDefinition]) -> list[Any]:
    """The elements of `base` with those of `differential` laid over them, by their ids."""
    elements = {_id(element): dict(element) for element in base}
    order = list(elements)
    for element in islice(differential, MOST):
        id = _id(element)
        if id not in elements:
            order.insert(_place(order, id), id)
        elements[id] = elements.get(id, {}) | dict(element)
    return [elements[id] for id in order]


def _id(element: ElementDefinition) -> str:
    return str(element.get("id") or element["path"])


def _place(order: Sequence[str], id: str) -> int:
    """Behind the last element that stands below the same parent, or below the element that is sliced."""
    parent = id.rpartition(".")[0]
    unsliced = id.rpartition(":")[0] if ":" in id.rpartition(".")[2] else ""
    for start in (unsliced, parent):
        below = [
            at
            for at, one in enumerate(order)
            if start and (one == start or one.startswith((f"{start}.", f"{start}:")))
        ]
        if below:
            return below[-1] + 1
    return len(order)


def tree(elements: Sequence[ElementDefinition]) -> Node:
    """The root of a profile's elements, which stand in their order; a Refusal where they make no tree."""
    if not elements or len(elements) > MOST:
        raise malformed()
    root = Node(elements[0]["path"], elements[0])
    open_nodes = [root]
    for definition in elements[1:]:
        path = definition["path"]
        parent = _parent(open_nodes, path)
        node = _added(parent, path, definition)
        open_nodes.append(node)
    return root


def _parent(open_nodes: list[Node], path: str) -> Node:
    """The open node above `path`; what a differential leaves out between them is added without any rule."""
    while open_nodes and not path.startswith(f"{open_nodes[-1].path}."):
        open_nodes.pop()
    if not open_nodes:
        raise malformed()
    for step in path[len(open_nodes[-1].path) + 1 :].split(".")[:-1]:
        above = open_nodes[-1]
        between = f"{above.path}.{step}"
        if (node := above.child(between)) is None:
            node = Node(between, {"path": between})
            above.children.append(node)
        open_nodes.append(node)
    return open_nodes[-1]


def _added(parent: Node, path: str, definition: ElementDefinition) -> Node:
    node = Node(path, definition)
    if node.slice_name is None:
        if (known := parent.child(path)) is not None and known.slice_name is None:
            known.definition = {**known.definition, **definition}
            return known
        parent.children.append(node)
        return node
    entry = parent.child(path)
    if entry is None:
        entry = Node(path, {"path": path, "slicing": _usual(path)})
        parent.children.append(entry)
    _holder(entry, node.slice_name).slices.append(node)
    return node


def _holder(entry: Node, name: str) -> Node:
    """The node that a slice belongs to: `a/b` is a slice of the slice `a`."""
    above = name.rpartition("/")[0]
    return next((one for one in entry.slices if above and one.slice_name == above), entry)


def _usual(path: str) -> dict[str, Any]:
    """How an element is sliced where a differential doesn't say it."""
    last = path.rpartition(".")[2]
    if last.endswith("[x]"):
        return {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}
    if last in ("extension", "modifierExtension"):
        return {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}
    return {"rules": "open"}


def malformed() -> Refusal:
    """The elements of a profile do not stand in the order of a tree."""
    return Refusal(Fault.BUSINESS_RULE, "the elements of the StructureDefinition make no tree")
