"""CapabilityStatement: what this server does, made from the registries that do it.

FHIR R4 capabilitystatement.html, http.html#capabilities.
"""

from datetime import datetime

from fhir.definitions.structures import resource_types
from fhir.operations.registry import OPERATIONS
from fhir.resource import Resource, instant
from fhir.search.registry import parameters

VERSION = "0.1.0"
_INTERACTIONS = ("read", "vread", "update", "delete", "history-instance", "create", "search-type")
_AUDIT = ("read", "search-type")


def capability_statement(base: str, started: datetime, token_url: str) -> Resource:
    """The statement of the server at `base`, as it has been since `started`."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": instant(started),
        "kind": "instance",
        "software": {"name": "Furong", "version": VERSION},
        "implementation": {"description": "Furong, a regional health-information platform", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(token_url),
                "resource": [_resource(type) for type in sorted(resource_types)],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _security(token_url: str) -> Resource:
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [{"url": "token", "valueUri": token_url}],
            }
        ],
        "service": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                        "code": "SMART-on-FHIR",
                    }
                ]
            }
        ],
    }


def _resource(type: str) -> Resource:
    known = parameters(type)
    audit = type == "AuditEvent"
    references = [code for code, parameter in known.items() if parameter.type == "reference"]
    described: Resource = {
        "type": type,
        "interaction": [{"code": code} for code in (_AUDIT if audit else _INTERACTIONS)],
        "versioning": "versioned",
        "readHistory": not audit,
        "updateCreate": not audit,
        "conditionalCreate": False,
    }
    if not audit and references:
        described["searchInclude"] = [f"{type}:{code}" for code in references]
    if operations := [each for each in OPERATIONS if each.types and type in each.types]:
        described["operation"] = [{"name": each.name, "definition": each.definition} for each in operations]
    searched = ("date", "patient") if audit else tuple(known)
    described["searchParam"] = [
        {"name": code, "type": known[code].type} for code in sorted(searched) if code in known
    ]
    return described
