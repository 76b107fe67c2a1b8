"""EI, EIP: entity identifier, as an Identifier.

The guide's EI[Identifier-Extension], EIP[Identifier-PlacerAssignedIdentifier] and its like. The number of an
order or of a specimen; without an authority it belongs to its source.
"""

from typing import Any

from adapters.hl7v2.field import Component, Element, Repetition, Subcomponent
from adapters.hl7v2.placeholder import is_placeholder
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd
from adapters.v2_to_fhir.datatypes.cx import V2_0203


def identifier(
    value: Element, context: Context, type: str = "", kind: str = "order"
) -> dict[str, Any] | None:
    """An Identifier, of a field (components) or of a component (sub-components)."""
    number, *designator = parts(value)
    if not number:
        return None
    system = hd.uri((designator[0], designator[1], designator[2]), context)
    found = {"type": {"coding": [{"system": V2_0203, "code": type}]}} if type else {}
    return found | {"system": system or context.source.local(kind, designator[0]), "value": number}


def pair(value: Repetition, context: Context) -> list[dict[str, Any]]:
    """EIP: the numbers of a specimen that its placer and its filler assigned."""
    found = [
        identifier(value[position], context, type_, "specimen")
        for position, type_ in ((1, "PLAC"), (2, "FILL"))
        if value[position]
    ]
    return [one for one in found if one]


def file_name(value: Element, context: Context) -> dict[str, Any] | None:
    """An Identifier of the name of a file (TXA-16)."""
    name = str(value).strip()
    return {"system": context.source.local("file"), "value": name} if name else None


def order(value: Element, context: Context, type: str) -> dict[str, Any] | None:
    """A reference to an order by its number, for one that the message does not tell of."""
    found = identifier(value, context, type)
    return {"type": "ServiceRequest", "identifier": found} if found else None


def requests(value: Repetition, context: Context) -> list[dict[str, Any]]:
    """EIP of a parent order (ORC-8, OBR-29): references by number, as its code is not told."""
    found = [identifier(value[position], context, type_) for position, type_ in ((1, "PLAC"), (2, "FILL"))]
    return [{"type": "ServiceRequest", "identifier": one} for one in found if one]


def specimens(value: Repetition, context: Context) -> list[dict[str, Any]]:
    """EIP of another specimen (SPM-3, OBX-33): references by number."""
    return [{"type": "Specimen", "identifier": one} for one in pair(value, context)]


def device(value: Element, context: Context) -> dict[str, Any] | None:
    """OBX-18: the instrument, a reference by its number."""
    found = identifier(value, context, kind="device")
    return {"type": "Device", "identifier": found} if found else None


def parts(value: Element) -> tuple[str, str, str, str]:
    """Number, namespace, universal id, its type; what stands for no number is none."""
    if not value:
        return "", "", "", ""
    found: list[str] = []
    if isinstance(value, Component):
        found = [str(sub).strip() for sub in value.subcomponents[:4]]
    elif not isinstance(value, Subcomponent):
        found = [value[n].value.strip() for n in range(1, 5)]  # type: ignore[index]
    found += [""] * (4 - len(found))
    return "" if is_placeholder(found[0]) else found[0], found[1], found[2], found[3]


def key(value: Element) -> str:
    """The number with its authority, to identify by."""
    number, namespace, universal, _ = parts(value)
    return f"{number}^{universal or namespace}" if number else ""
