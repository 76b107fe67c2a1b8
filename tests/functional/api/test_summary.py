"""Patient/$summary over HTTP: one document of a person, and nothing of what is hidden."""

import base64
from typing import Any

import httpx

from tests.functional.api.exchange import JSON
from tests.functional.api.hiding import ACTOR, MARK, consent
from tests.functional.api.test_organization import OWN, encounter
from tests.support.documents import ACTIVE, resources_of, section_of
from tests.support.web import Web

NUMBER = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
PATIENT = {
    "resourceType": "Patient",
    "name": [{"text": "HTEST"}],
    "gender": "male",
    "birthDate": "1958-03-12",
}
VALUE = {"value": 7.1, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}


def allergy(subject: str, text: str, id: str) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance", "id": id, "clinicalStatus": ACTIVE, "code": {"text": text},
        "patient": {"reference": subject},
    }  # fmt: skip


def result(subject: str, text: str, id: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": id, "status": "final", "code": {"text": text},
        "subject": {"reference": subject}, "valueQuantity": VALUE, "effectiveDateTime": "2026-05-05",
    }  # fmt: skip


async def filled(web: Web) -> None:
    """A person of two records, whom the reader's house treats, and a stranger."""
    await web.put(
        {"resourceType": "Organization", "id": OWN.split("/")[1], "name": "HTEST house"},
        PATIENT | {"id": "p1", "identifier": [NUMBER], "managingOrganization": {"reference": OWN}},
        PATIENT | {"id": "p2", "identifier": [NUMBER, {"system": "urn:b", "value": "2"}]},
        PATIENT | {"id": "p9", "birthDate": "1960-01-01", "name": [{"text": "STRANGER"}]},
        encounter("Patient/p1", OWN) | {"id": "e1"},
        allergy("Patient/p2", "Penicillin", "a"),
        result("Patient/p1", "Glucose", "o"),
        allergy("Patient/p9", MARK, "strange"),
    )


async def test_one_document_of_one_person(web: Web) -> None:
    await filled(web)
    regional = await web.client()
    reply = await regional.get("/Patient/p1/$summary")
    bundle = reply.json()
    assert (reply.status_code, bundle["type"]) == (200, "document")
    assert [each["id"] for each in resources_of(bundle, "Patient")] == ["p1"]
    (found,) = resources_of(bundle, "AllergyIntolerance")
    assert found["patient"]["reference"] == "Patient/p1"
    assert b'"value":7.1,' in reply.content
    assert MARK not in reply.text
    judged = (await regional.post("/Bundle/$validate", content=reply.content, headers=JSON)).json()
    assert [each for each in judged["issue"] if each["severity"] in ("fatal", "error")] == []
    named = await regional.get(
        "/Patient/$summary", params={"identifier": f"{NUMBER['system']}|{NUMBER['value']}"}
    )
    assert next(each["id"] for each in resources_of(named.json(), "Patient")) in ("p1", "p2")
    posted = {"resourceType": "Parameters", "parameter": [{"name": "profile", "valueUri": "urn:other"}]}
    assert (await regional.post("/Patient/p1/$summary", json=posted, headers=JSON)).status_code == 400


async def test_it_is_declared_and_audited(web: Web) -> None:
    await filled(web)
    regional = await web.client()
    statement = (await regional.get("/metadata")).json()
    assert any("uv/ips" in each for each in statement["implementationGuide"])
    (rest,) = statement["rest"]
    (patient,) = [each for each in rest["resource"] if each["type"] == "Patient"]
    declared = {each["name"]: each["definition"] for each in patient["operation"]}
    assert declared["summary"] == "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"
    await regional.get("/Patient/p1/$summary")
    events = (await regional.get("/AuditEvent?patient=p2")).json()["entry"]
    queries = [entity.get("query", "") for each in events for entity in each["resource"]["entity"]]
    assert any(base64.b64decode(query) == b"Patient/p1/$summary" for query in queries)


async def test_types_beyond_the_scope_are_withheld_whoever_the_resident_is(web: Web) -> None:
    await filled(web)
    narrow = await web.client("system/Patient.rs system/Observation.rs")
    for who in ("p1", "p9"):
        bundle = (await narrow.get(f"/Patient/{who}/$summary")).json()
        section = section_of(bundle, "48765-2")
        assert section["emptyReason"]["coding"][0]["code"] == "withheld"
        assert not resources_of(bundle, "AllergyIntolerance")
    blind = await web.client("system/Observation.rs")
    assert (await blind.get("/Patient/p1/$summary")).status_code == 403


async def test_what_a_resident_denies_is_not_there_and_looks_like_what_never_was(web: Web) -> None:
    await filled(web)
    denied = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "AllergyIntolerance"}]}
    clinic = await web.client(organization=OWN)
    shown = (await clinic.get("/Patient/p1/$summary")).json()
    assert [each["id"] for each in resources_of(shown, "AllergyIntolerance")] == ["a"]
    await web.put(consent("Patient/p1", **{"class": denied["coding"]}, actor=[ACTOR]))
    reply = await clinic.get("/Patient/p1/$summary")
    section = section_of(reply.json(), "48765-2")
    assert section["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert "Penicillin" not in reply.text
    await _forget(web, "AllergyIntolerance/a")
    never = (await clinic.get("/Patient/p1/$summary")).json()
    assert section_of(never, "48765-2") == section
    assert (await clinic.get("/Patient/p9/$summary")).status_code == 404


async def _forget(web: Web, reference: str) -> None:
    regional: httpx.AsyncClient = await web.client()
    assert (await regional.delete(f"/{reference}")).status_code in (200, 204)
