"""BALP: an audit record as AuditEvents, one per patient.

IHE ITI Basic Audit Log Patterns 1.1.4, on FHIR R4 AuditEvent. The profile of a success is claimed only where
the event meets it; a refusal has no profile there. The decision of a Consent is another pattern
(`auth.audit.authorization`).
"""

import re
from base64 import b64encode
from typing import Any

from auth.audit.authorization import decided
from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from fhir.resource import Resource, instant

_PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."
_AUDIT_ENTITY = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_SOURCE = {"system": _DCM, "code": "110153", "display": "Source Role ID"}
_DESTINATION = {"system": _DCM, "code": "110152", "display": "Destination Role ID"}
_REST = {"system": _TERMS + "audit-event-type", "code": "rest", "display": "Restful Operation"}
_AUTHENTICATION = {"system": _DCM, "code": "110114", "display": "User Authentication"}
_LOG_OUT = {"system": _DCM, "code": "110123", "display": "Logout"}
_LOG_IN = {"system": _DCM, "code": "110122", "display": "Login"}
_ALERT = {"system": _DCM, "code": "110113", "display": "Security Alert"}
_ALERTS: dict[Interaction, dict[str, str] | None] = {
    Interaction.CONFIGURE: {"system": _DCM, "code": "110129", "display": "Security Configuration"},
    Interaction.EMERGENCY: {"system": _DCM, "code": "110127", "display": "Emergency Override Started"},
    Interaction.EMERGENCY_END: {"system": _DCM, "code": "110138", "display": "Emergency Override Stopped"},
    Interaction.REVIEW: None,
    Interaction.CONSENT: {
        "system": "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType",
        "code": "AuthZ-Consent",
        "display": "Authorization Decision using Roles and Consent",
    },
}
"""What is a Security Alert (DICOM PS3.15 A.5.3.10) and no exchange of resources, with its subtype."""

_QUERY = {"system": _DCM, "code": "110112", "display": "Query"}
_QUERIES: dict[Interaction, dict[str, str]] = {
    Interaction.PIX: {"system": "urn:ihe:event-type-code", "code": "ITI-9", "display": "PIX Query"},
    Interaction.PDQ: {
        "system": "urn:ihe:event-type-code",
        "code": "ITI-21",
        "display": "Patient Demographics Query",
    },
    Interaction.PERSON_QUERY: {
        "system": _TERMS + "v2-0003",
        "code": "Q21",
        "display": "Get person demographics",
    },
}
"""Queries by HL7 v2, as IHE ITI TF-2 3.9.5.1 and 3.21.5.1 have them recorded."""

_PURPOSES = re.compile("TREAT|ETREAT|BTG|PATRQT|HOPERAT|HPAYMT|HRESCH|PUBHLTH|COVERAGE|FAMRQT|SUPNWK")
_ACTIONS = {
    Interaction.READ: "R",
    Interaction.VREAD: "R",
    Interaction.HISTORY: "R",
    Interaction.VIEW: "R",
    Interaction.CREATE: "C",
    Interaction.UPDATE: "U",
    Interaction.PATCH: "U",
    Interaction.DELETE: "D",
}
"""AuditEvent.action; everything else is an execution (E)."""

_PROFILES = {
    Interaction.READ: "Read",
    Interaction.VREAD: "Read",
    Interaction.CREATE: "Create",
    Interaction.UPDATE: "Update",
    Interaction.DELETE: "Delete",
    Interaction.SEARCH: "Query",
}
_RECEIVING = {"R": "IRCP", "E": "IRCP", "C": "AUT", "U": "AUT", "D": "CST"}


def audit_events(record: AuditRecord) -> list[Resource]:
    """The AuditEvents of a record: `<record id>-1` … in the order of its patients; one if there are none."""
    patients: list[str | None] = list(dict.fromkeys(record.patients)) or [None]
    return [_event(record, patient, number) for number, patient in enumerate(patients, 1)]


def _event(record: AuditRecord, patient: str | None, number: int) -> Resource:
    profile = _profile(record, patient)
    recorded = instant(record.moment)
    event: Resource = {
        "resourceType": "AuditEvent",
        "id": f"{record.id}-{number}",
        "meta": {"versionId": "1", "lastUpdated": recorded} | ({"profile": [profile]} if profile else {}),
        **_kind(record.interaction),
        "action": _ACTIONS.get(record.interaction, "E"),
        "recorded": recorded,
        "outcome": record.outcome.value,
    }
    if record.reason:
        event["outcomeDesc"] = record.reason
    if record.purpose:
        event["purposeOfEvent"] = [_purpose(record.purpose)]
    event["agent"] = _agents(record)
    event["source"] = {
        "site": "furong",
        "observer": {"display": "Furong"},
        "type": [{"system": _TERMS + "security-source-type", "code": "4", "display": "Application Server"}],
    }
    entities = _entities(record, patient) + _parts(record, patient, first=number == 1)
    event |= {"entity": entities} if entities else {}
    return decided(event, record) if record.interaction is Interaction.CONSENT else event


def _profile(record: AuditRecord, patient: str | None) -> str | None:
    """Each profile wants the client's address and exactly one System Object: the query, or the resource."""
    name, searched = _PROFILES.get(record.interaction), record.interaction is Interaction.SEARCH
    needed, other = (record.query, record.entity) if searched else (record.entity, record.query)
    met = needed is not None and other is None and record.peer is not None and not record.parts
    if name is None or not met or record.outcome is not Outcome.SUCCESS:
        return None
    return _PROFILE + ("Patient" if patient else "") + name


def _kind(interaction: Interaction) -> dict[str, Any]:
    if interaction in (Interaction.LOG_IN, Interaction.TOKEN):
        return {"type": _AUTHENTICATION, "subtype": [_LOG_IN]}
    if interaction is Interaction.LOG_OUT:
        return {"type": _AUTHENTICATION, "subtype": [_LOG_OUT]}
    if interaction in _ALERTS:
        return {"type": _ALERT} | ({"subtype": [kind]} if (kind := _ALERTS[interaction]) else {})
    if interaction in _QUERIES:
        return {"type": _QUERY, "subtype": [_QUERIES[interaction]]}
    code = "read" if interaction is Interaction.VIEW else interaction.value
    return {"type": _REST, "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": code}]}


def _purpose(purpose: str) -> dict[str, Any]:
    if _PURPOSES.fullmatch(purpose):
        return {"coding": [{"system": _TERMS + "v3-ActReason", "code": purpose}]}
    return {"text": purpose}


def _agents(record: AuditRecord) -> list[dict[str, Any]]:
    """Client and server (which is source and which destination is BALP's), person, organisation."""
    agent = record.agent
    reading = _ACTIONS.get(record.interaction) == "R"
    client_role, server_role = (_DESTINATION, _SOURCE) if reading else (_SOURCE, _DESTINATION)
    client: dict[str, Any] = {
        "type": {"coding": [client_role]},
        "who": _client(agent),
        "requestor": agent.kind != "person",
    }
    if agent.session:
        client["policy"] = [f"urn:furong:session:{agent.session}"]
    if record.peer:
        client["network"] = {"address": record.peer, "type": "2"}
    server = {"type": {"coding": [server_role]}, "who": {"display": "Furong"}, "requestor": False}
    server["network"] = {"address": "furong", "type": "1"}
    return [client, server, *_person(record), *_represented(agent), *_organization(agent)]


def _client(agent: Agent) -> dict[str, Any]:
    if agent.client_id is not None:
        return {"identifier": {"value": agent.client_id}, "display": agent.name}
    return {"display": "Furong pages" if agent.kind == "person" else agent.name}


def _person(record: AuditRecord) -> list[dict[str, Any]]:
    agent, action = record.agent, _ACTIONS.get(record.interaction, "E")
    if agent.kind != "person":
        return []
    reference = agent.practitioner or agent.patient
    who = {"reference": reference} if reference else {"identifier": {"value": agent.id}}
    part = {"coding": [{"system": _TERMS + "v3-ParticipationType", "code": _RECEIVING[action]}]}
    person: dict[str, Any] = {"type": part, "who": who | {"display": agent.name}, "name": agent.name}
    if agent.role:
        person["role"] = [{"text": f"{agent.role}, {agent.proxy} of another" if agent.proxy else agent.role}]
    purpose = {"purposeOfUse": [_purpose(record.purpose)]} if record.purpose else {}
    return [person | {"requestor": True} | purpose]


def _represented(agent: Agent) -> list[dict[str, Any]]:
    """The resident for whom a proxy acts."""
    if agent.represents is None:
        return []
    part = {"coding": [{"system": _TERMS + "v3-RoleClass", "code": "PAT"}]}
    return [{"type": part, "who": {"reference": agent.represents}, "requestor": False}]


def _organization(agent: Agent) -> list[dict[str, Any]]:
    if agent.organization is None:
        return []
    part = {"coding": [{"system": _TERMS + "v3-RoleClass", "code": "PROV"}]}
    return [{"type": part, "who": {"reference": agent.organization}, "requestor": False}]


def _entities(record: AuditRecord, patient: str | None) -> list[dict[str, Any]]:
    entities: list[dict[str, Any]] = []
    if patient:
        entities.append({"what": {"reference": patient}} | _as("1", "Person", "1", "Patient"))
    if record.entity:
        data = _as("2", "System Object", "4", "Domain Resource")
        entities.append({"what": {"reference": record.entity}} | data)
    if record.query is not None:
        raw = record.query.encode("utf-8", "surrogatepass")
        entities.append(_as("2", "System Object", "24", "Query") | {"query": b64encode(raw).decode()})
    if record.request:
        kind = {"system": _AUDIT_ENTITY, "code": "XrequestId"}
        entities.append({"what": {"identifier": {"value": record.request}}, "type": kind})
    return entities


def _parts(record: AuditRecord, patient: str | None, *, first: bool) -> list[dict[str, Any]]:
    """The entries of a Bundle that are about `patient`; those about nobody stand in the `first` event."""
    found: list[dict[str, Any]] = []
    for part in record.parts:
        if patient not in part.patients and (part.patients or not first):
            continue
        refused = [{"type": "refused", "valueString": part.refused}] if part.refused else []
        more = {"detail": refused} if refused else {}
        if part.query is not None:
            raw = part.query.encode("utf-8", "surrogatepass")
            kind = _as("2", "System Object", "24", "Query")
            found.append(kind | {"query": b64encode(raw).decode()} | more)
        elif part.entity is not None:
            kind = _as("2", "System Object", "4", "Domain Resource")
            found.append({"what": {"reference": part.entity}} | kind | more)
        elif more:
            found.append(_as("2", "System Object", "4", "Domain Resource") | {"name": "entry"} | more)
    return found


def _as(type: str, type_name: str, role: str, role_name: str) -> dict[str, Any]:
    return {
        "type": {"system": _TERMS + "audit-entity-type", "code": type, "display": type_name},
        "role": {"system": _TERMS + "object-role", "code": role, "display": role_name},
    }
