"""Made-up resources with every element of their type, each choice in turn: right in shape, no more."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from fhir.definitions.element_paths import content_of
from fhir.definitions.structures import Element, ElementType, structure
from fhir.definitions.value_sets import codes

DEEPEST = 5
_SKIPPED = frozenset({"extension", "modifierExtension", "contained", "id", "resourceType"})
_PRIMITIVES: dict[str, Any] = {
    "base64Binary": "QQ==", "boolean": True, "canonical": "http://example.org/canonical|{}",
    "date": "2024-01-0{}", "dateTime": "2024-02-0{}", "decimal": Decimal("1.5"), "id": "id{}",
    "instant": "2024-03-01T00:00:0{}Z", "integer": 7, "markdown": "mark {}", "oid": "urn:oid:1.2.{}",
    "positiveInt": 3, "string": "text {}", "time": "10:00:00", "unsignedInt": 4, "uri": "urn:uri:{}",
    "url": "http://example.org/{}", "uuid": "urn:uuid:{}", "xhtml": "<div/>",
}  # fmt: skip


def specimens(type: str, number: int) -> Iterator[dict[str, Any]]:
    """So many resources of a type; choices, codes and reference targets differ from one to the next."""
    for variant in range(number):
        turn = Random(f"{type}{variant}")
        yield {"resourceType": type, "id": f"v{variant}"} | _members(structure(type).elements, turn, 0)


def _members(elements: tuple[Element, ...], turn: Random, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in elements:
        if element.name in _SKIPPED or element.max == "0":
            continue
        choices = list(element.members().items())
        member, type = turn.choice(choices)
        values = [_value(element, type, turn, depth) for _ in range(2 if element.repeats else 1)]
        values = [value for value in values if value not in ({}, None)]
        if values:
            found[member] = values if element.repeats else values[0]
    return found


def _value(element: Element, type: ElementType, turn: Random, depth: int) -> Any:
    if type.code == "code" and element.binding is not None and (listed := codes(element.binding)):
        return turn.choice(listed)
    if type.code == "code":
        return f"code{turn.randrange(7)}"
    if element.path == "SampledData.data":
        return "1 2"
    if type.code in _PRIMITIVES:
        sample = _PRIMITIVES[type.code]
        return sample.format(turn.randrange(1, 10)) if isinstance(sample, str) else sample
    if type.code == "Reference":
        targets = sorted(type.targets) or ["Patient", "Group", "Device", "Medication"]
        return {"reference": f"{turn.choice(targets)}/{turn.randrange(5)}"}
    if type.code == "Resource":
        kind = turn.choice(("Composition", "MessageHeader", "Patient"))
        return {"resourceType": kind, "id": "inner"}
    if depth >= DEEPEST:
        return None
    if element.content is not None:
        return _members(content_of(element.content.lstrip("#")), turn, depth + 1)
    inner = element.elements or structure(type.code).elements
    return _members(inner, turn, depth + 1)
