"""Checklist lines 3, 13, 95, 96 over HTTP: $validate, and what a write refuses."""

from typing import Any

import pytest

from tests.functional.api.exchange import JSON, observation, patient
from tests.support.web import READ, Web

PATIENT = {"resourceType": "Patient", "name": [{"text": "HTEST"}]}
HEART = "http://hl7.org/fhir/StructureDefinition/heartrate"
WRONG = {"resourceType": "Patient", "gender": "x", "name": [{"family": "HTEST", "surname": "y"}]}
FAULTS = [("code-invalid", ["Patient.gender"]), ("structure", ["Patient.name[0].surname"])]


def faults(outcome: dict[str, Any]) -> list[tuple[str, list[str]]]:
    assert outcome["resourceType"] == "OperationOutcome"
    return [
        (issue["code"], issue["expression"]) for issue in outcome["issue"] if issue["severity"] == "error"
    ]


async def test_bare_or_wrapped_valid_or_not_it_is_200(web: Web) -> None:
    client = await web.client(READ)
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": WRONG}]}
    for body, found in ((PATIENT, []), (WRONG, FAULTS), (wrapped, FAULTS)):
        reply = await client.post("/Patient/$validate", json=body, headers=JSON)
        assert (reply.status_code, faults(reply.json())) == (200, found)
        severities = {issue["severity"] for issue in reply.json()["issue"]}
        assert severities == ({"error"} if found else {"information"})


async def test_profile_and_mode_in_the_url_or_in_the_body(web: Web) -> None:
    client = await web.client(READ)
    heart = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    reply = await client.post("/Observation/$validate", params={"profile": HEART}, json=heart, headers=JSON)
    assert (reply.status_code, ("required", ["Observation.category"]) in faults(reply.json())) == (200, True)
    parameters = [
        {"name": "resource", "resource": heart},
        {"name": "mode", "valueCode": "profile"},
        {"name": "profile", "valueUri": HEART},
    ]
    body = {"resourceType": "Parameters", "parameter": parameters}
    wrapped = await client.post("/Observation/$validate", json=body, headers=JSON)
    assert wrapped.json() == reply.json()


async def test_the_stored_resource_by_get(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    reply = await client.get(f"/Patient/{id}/$validate")
    assert (reply.status_code, faults(reply.json())) == (200, [])
    reply = await client.get(f"/Patient/{id}/$validate", params={"mode": "delete"})
    assert (reply.status_code, faults(reply.json())) == (200, [])
    assert (await client.get(f"/Patient/{id}")).status_code == 200
    assert (await client.get("/Patient/none/$validate")).status_code == 404


async def test_nothing_is_stored(web: Web) -> None:
    client = await web.client()
    body = PATIENT | {"id": "p"}
    for path in ("/Patient/$validate", "/Patient/p/$validate"):
        assert (await client.post(path, json=body, headers=JSON)).status_code == 200
    assert (await client.get("/Patient", params={"_summary": "count"})).json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"name":[]}', 400), (b'{"resourceType":"Patient","active":NaN}', 400)],
)
async def test_what_is_no_resource_at_all(web: Web, body: bytes, status: int) -> None:
    client = await web.client(READ)
    reply = await client.post("/Patient/$validate", content=body, headers=JSON)
    assert (reply.status_code, reply.json()["resourceType"]) == (status, "OperationOutcome")


async def test_the_type_of_the_address(web: Web) -> None:
    client = await web.client(READ)
    reply = await client.post("/Observation/$validate", json=PATIENT, headers=JSON)
    assert (reply.status_code, faults(reply.json())) == (200, [("invalid", ["Resource.resourceType"])])
    assert (await client.post("/Unicorn/$validate", json=PATIENT, headers=JSON)).status_code == 404
    client = await web.client("system/Observation.rs")
    assert (await client.post("/Patient/$validate", json=PATIENT, headers=JSON)).status_code == 403


async def test_a_write_refuses_what_a_claimed_profile_refuses(web: Web) -> None:
    client = await web.client()
    claim = PATIENT | {"meta": {"profile": ["http://example.org/StructureDefinition/born"]}}
    assert (await client.post("/Patient", json=claim, headers=JSON)).status_code == 201
    profile = {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/StructureDefinition/born",
        "name": "Born",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Patient", "path": "Patient"},
                {"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1},
            ]
        },
    }
    posted = await client.post("/StructureDefinition", json=profile, headers=JSON)
    assert posted.status_code == 201, posted.text
    refused = await client.post("/Patient", json=claim, headers=JSON)
    assert (refused.status_code, faults(refused.json())) == (422, [("required", ["Patient.birthDate"])])
    known = {"profile": "http://example.org/StructureDefinition/born"}
    reply = await client.post("/Patient/$validate", params=known, json=PATIENT, headers=JSON)
    assert faults(reply.json()) == [("required", ["Patient.birthDate"])]
    assert (await client.delete(f"/StructureDefinition/{posted.json()['id']}")).status_code == 204
    assert (await client.post("/Patient", json=claim, headers=JSON)).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        (b'{"resourceType":"Observation"}', 400, [("structure", ["resourceType"])]),
        (b'{"resourceType":"Patient","surname":"x"}', 422, [("structure", ["Patient.surname"])]),
        (b'{"resourceType":"Patient","contact":[{"x":1}]}', 422, [("structure", ["Patient.contact[0].x"])]),
        (b'{"resourceType":"Patient","birthDate":"1990-13-01"}', 422, [("value", ["Patient.birthDate"])]),
        (
            b'{"resourceType":"Patient","name":[{"given":["a",null]}]}',
            422,
            [("structure", ["Patient.name[0].given[1]"])],
        ),
    ],
)
async def test_what_a_write_refuses(
    web: Web, body: bytes, status: int, found: list[tuple[str, list[str]]]
) -> None:
    client = await web.client()
    reply = await client.post("/Patient", content=body, headers=JSON)
    assert (reply.status_code, faults(reply.json())) == (status, found)


async def test_without_a_mode_what_it_refers_to_is_a_warning(web: Web) -> None:
    client = await web.client()
    dangling = observation("Patient/nobody")
    told = (await client.post("/Observation/$validate", json=dangling, headers=JSON)).json()["issue"]
    assert [(each["severity"], each.get("expression")) for each in told] == [
        ("warning", ["Observation.subject.reference"]),
        ("information", None),
    ]


async def test_a_reference_by_the_server_s_own_address_is_one_to_what_is_stored(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=patient("1"), headers=JSON)).json()["id"]
    absolute = observation(f"{web.fhir}/Patient/{id}")
    reply = await client.post("/Observation/$validate?mode=create", json=absolute, headers=JSON)
    assert [each["severity"] for each in reply.json()["issue"]] == ["information"]


async def test_an_instance_that_nobody_knows_is_no_instance(web: Web) -> None:
    clinic = await web.client(organization="Organization/clinic")
    unknown = patient("1", id="nobody")
    for mode, severity in (("", "warning"), ("?mode=update", "error")):
        url = f"/Patient/nobody/$validate{mode}"
        first = (await clinic.post(url, json=unknown, headers=JSON)).json()["issue"][0]
        assert (first["severity"], first["code"], first["expression"]) == (
            severity,
            "not-found",
            ["Patient.id"],
        )
