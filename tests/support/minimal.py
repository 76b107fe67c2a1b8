"""The smallest valid resource of each type, made from the definitions."""

from typing import Any

from fhir.definitions.structures import Element, structure
from fhir.definitions.value_sets import codes
from fhir.resource import Resource

_PRIMITIVES: dict[str, Any] = {
    "base64Binary": "eA==", "boolean": True, "canonical": "http://example.org/x", "code": "en",
    "date": "2024-05-05", "dateTime": "2024-05-05", "decimal": 1, "id": "x",
    "instant": "2024-05-05T00:00:00Z", "integer": 1, "markdown": "HTEST",
    "oid": "urn:oid:1.2.3", "positiveInt": 1, "string": "HTEST", "time": "10:00:00",
    "unsignedInt": 1, "uri": "http://example.org/x", "url": "http://example.org/x",
    "xhtml": '<div xmlns="http://www.w3.org/1999/xhtml">HTEST</div>',
}  # fmt: skip
_TYPES: dict[str, Any] = {
    "Attachment": {"title": "HTEST"},
    "CodeableConcept": {"text": "HTEST"},
    "Coding": {"system": "http://example.org/x", "code": "x"},
    "Identifier": {"system": "http://example.org/x", "value": "HTEST"},
    "Reference": {"display": "HTEST"},
    "Period": {"start": "2024-05-05"},
    "Quantity": {"value": 1},
}
_INSTANCE: Resource = {"kind": "instance", "implementation": {"description": "HTEST"}}
_MORE: dict[str, Resource] = {
    "AllergyIntolerance": {
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                    "code": "active",
                }
            ]
        }
    },
    "Appointment": {"participant": [{"status": "accepted", "actor": {"display": "HTEST"}}]},
    "AppointmentResponse": {"actor": {"display": "HTEST"}},
    "Binary": {"contentType": "text/plain"},
    "Bundle": {"type": "collection"},
    "CapabilityStatement": _INSTANCE
    | {"fhirVersion": "4.0.1", "format": ["json"], "rest": [{"mode": "server"}]},
    "Consent": {"policyRule": {"text": "HTEST"}},
    "EventDefinition": {"trigger": [{"type": "named-event", "name": "HTEST"}]},
    "ImmunizationRecommendation": {
        "recommendation": [{"forecastStatus": {"text": "HTEST"}, "targetDisease": {"text": "HTEST"}}]
    },
    "InsurancePlan": {"name": "HTEST"},
    "Linkage": {
        "item": [{"type": type, "resource": {"display": "HTEST"}} for type in ("source", "alternate")]
    },
    "Organization": {"name": "HTEST"},
    "PaymentNotice": {"amount": {"value": 1}},
    "PaymentReconciliation": {"paymentAmount": {"value": 1}},
    "StructureDefinition": {
        "kind": "resource",
        "type": "Patient",
        "abstract": False,
        "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": [{"id": "Patient", "path": "Patient"}]},
    },
    "TerminologyCapabilities": _INSTANCE,
}
"""What an invariant wants of a type beyond what is mandatory."""


def minimal(type: str) -> Resource:
    """A valid resource of `type`, without an id."""
    made = {name: value for element in structure(type).elements for name, value in _element(element)}
    return {"resourceType": type} | made | _MORE.get(type, {})


def _element(element: Element) -> list[tuple[str, Any]]:
    if element.min == 0:
        return []
    member, type = next(iter(element.members().items()))
    value = _value(element, type.code)
    return [(member, [value] * element.min if element.repeats else value)]


def _value(element: Element, type: str) -> Any:
    listed = codes(element.binding) if element.binding else None
    if listed and type in _PRIMITIVES:
        return listed[0]
    if listed and element.binding is not None and type == "CodeableConcept":
        return {"coding": [{"code": listed[0]}]}
    if type in _PRIMITIVES:
        return _PRIMITIVES[type]
    if type in _TYPES:
        return _TYPES[type]
    if element.elements:
        return {name: value for each in element.elements for name, value in _element(each)} or {"id": "x"}
    return {name: value for each in structure(type).elements for name, value in _element(each)}
