"""Binding: the value set that an element of a StructureDefinition is bound to.

FHIR R4 terminologies.html 4.1.5. An element is named by `URL#path`, such as
`http://hl7.org/fhir/StructureDefinition/Patient#Patient.gender`.
"""

from fhir.definitions.structures import Element, resource_types, structure
from fhir.outcome import Fault, Refusal
from fhir.terminology.canonical import canonical
from fhir.terminology.definitions import Definitions

_BASE = "http://hl7.org/fhir/StructureDefinition/"


async def bound(known: Definitions, context: str) -> str:
    """The canonical of the value set; a Refusal (404) where the element or its binding is not known."""
    url, _, path = context.partition("#")
    stored = await known.find_profile(canonical(url))
    if stored is not None:
        elements = (stored.get("snapshot") or stored.get("differential") or {}).get("element", ())
        for each in elements:
            if path in (each.get("id"), each.get("path")) and "valueSet" in each.get("binding", {}):
                return str(each["binding"]["valueSet"])
    type = url.removeprefix(_BASE)
    found = _element(type, path) if stored is None and type in resource_types else None
    if found is None or found.binding is None:
        raise Refusal(Fault.NOT_FOUND, "the context names no element with a binding that is known here")
    return found.binding


def _element(type: str, path: str) -> Element | None:
    waiting = list(structure(type).elements)
    while waiting:
        element = waiting.pop()
        if element.path == path:
            return element
        waiting += element.elements
    return None
