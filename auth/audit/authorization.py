"""AuthZconsent: the decision of a Consent about a request, as an AuditEvent.

IHE ITI Basic Audit Log Patterns 1.1.4, profile IHE.BasicAudit.AuthZconsent: client, user, user's organisation
and authorizer; of entities the patient and the Consent alone.
"""

from typing import Any

from auth.audit.record import AuditRecord
from fhir.resource import Resource

_PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.AuthZconsent"
_APPLICATION = {
    "system": "http://dicom.nema.org/resources/ontology/DCM",
    "code": "110150",
    "display": "Application",
}
_AUTHORIZER = {
    "system": "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
    "code": "authserver",
    "display": "authorization server",
}


def decided(event: Resource, record: AuditRecord) -> Resource:
    """The event of a record whose entity is the Consent that decided, in the words of that profile."""
    client, _, *others = event["agent"]
    authorizer = {"type": {"coding": [_AUTHORIZER]}, "who": {"display": "Furong"}, "requestor": False}
    agents = [client | {"type": {"coding": [_APPLICATION]}}, authorizer, *others]
    patient = [each for each in event.get("entity", ()) if each["type"]["code"] == "1"]
    consent = [_consent(record.entity)] if record.entity else []
    profile = {"profile": [_PROFILE]} if patient and consent and _complete(agents) else {}
    entities = {"entity": patient + consent} if patient or consent else {}
    return event | {"meta": event["meta"] | profile, "agent": agents} | entities


def _consent(reference: str) -> dict[str, Any]:
    kind = {"system": "http://hl7.org/fhir/resource-types", "code": "Consent", "display": "Consent"}
    return {"what": {"reference": reference}, "type": kind}


def _complete(agents: list[dict[str, Any]]) -> bool:
    """A user and his organisation stand beside the client, whose address is known."""
    found = {each["type"]["coding"][0]["code"] for each in agents}
    return {"IRCP", "PROV"} <= found and "network" in agents[0]
