"""PATCH over HTTP: JSON Patch and FHIRPath Patch."""

from typing import Any

import pytest

from tests.functional.api.exchange import JSON, JSON_PATCH, PATIENT, issue, made, observation
from tests.support.web import Web


def parameters(*parts: Any) -> dict[str, Any]:
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": list(parts)}]}


def deleting(path: str) -> dict[str, Any]:
    return parameters({"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": path})


DELETE_BIRTH_DATE = deleting("Patient.birthDate")


async def test_a_json_patch_makes_the_next_version(web: Web) -> None:
    """Checklist lines 22 and 24: decimals stay exact, the narrative stays."""
    client = await web.client()
    subject = (await made(client, PATIENT))["id"]
    div = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'
    body = observation(f"Patient/{subject}", text={"status": "generated", "div": div})
    id = (await made(client, body))["id"]
    exact = b'[{"op":"add","path":"/valueQuantity","value":{"value":120.50,"unit":"mm"}}]'
    reply = await client.patch(f"/Observation/{id}", content=exact, headers=JSON_PATCH)
    assert (reply.status_code, reply.headers["etag"]) == (200, 'W/"2"')
    assert reply.headers["location"] == f"{web.fhir}/Observation/{id}/_history/2"
    assert b'"value":120.50' in (await client.get(f"/Observation/{id}")).content
    assert reply.json()["text"]["div"] == div
    same = await client.patch(f"/Observation/{id}", content=exact, headers=JSON_PATCH)
    assert same.headers["etag"] == 'W/"2"'


async def test_a_fhirpath_patch_makes_the_next_version(web: Web) -> None:
    """Checklist line 23."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    wish = JSON | {"Prefer": "return=minimal", "If-Match": 'W/"1"'}
    reply = await client.patch(f"/Patient/{id}", json=DELETE_BIRTH_DATE, headers=wish)
    assert (reply.status_code, reply.headers["etag"], reply.content) == (200, 'W/"2"', b"")
    assert "birthDate" not in (await client.get(f"/Patient/{id}")).json()
    history = (await client.get(f"/Patient/{id}/_history")).json()
    assert [each["request"]["method"] for each in history["entry"]] == ["PUT", "POST"]


@pytest.mark.parametrize(
    ("operations", "status"),
    [
        ([{"op": "test", "path": "/gender", "value": "female"}], 422),
        ([{"op": "remove", "path": "/nowhere"}], 422),
        ([{"op": "replace", "path": "/gender", "value": "bogus"}], 422),
        ([{"op": "add", "path": "/colour", "value": "red"}], 422),
        ([{"op": "replace", "path": "/id", "value": "other"}], 422),
        ([{"op": "remove", "path": "/id"}], 422),
        ([{"op": "replace", "path": "/resourceType", "value": "Person"}], 422),
        ([{"op": "replace", "path": "", "value": 5}], 422),
        ([{"op": "add", "path": "/managingOrganization", "value": {"reference": "Organization/x"}}], 422),
        ([{"op": "explode"}], 400),
        ({"op": "test"}, 400),
        ([{"op": "test", "path": "/gender", "value": "male"}] * 1001, 413),
    ],
)  # fmt: skip
async def test_a_json_patch_that_is_refused(web: Web, operations: Any, status: int) -> None:
    """Checklist line 22."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    reply = await client.patch(f"/Patient/{id}", json=operations, headers=JSON_PATCH)
    assert reply.status_code == status
    assert issue(reply)
    assert (await client.get(f"/Patient/{id}")).headers["etag"] == 'W/"1"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (deleting("Patient.id"), 422),
        (deleting("Patient.x"), 422),
        (parameters({"name": "type", "valueCode": "explode"}), 400),
        ({"resourceType": "Parameters", "parameter": [{"nonsense": 1}]}, 422),
        (PATIENT, 400),
    ],
)  # fmt: skip
async def test_a_fhirpath_patch_that_is_refused(web: Web, body: Any, status: int) -> None:
    """Checklist line 23."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    reply = await client.patch(f"/Patient/{id}", json=body, headers=JSON)
    assert reply.status_code == status
    assert issue(reply)


@pytest.mark.parametrize(
    "type", ["application/xml-patch+xml", "application/merge-patch+json", "text/plain", ""]
)
async def test_other_kinds_of_patch(web: Web, type: str) -> None:
    """Checklist line 23."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    reply = await client.patch(f"/Patient/{id}", content=b"[]", headers={"Content-Type": type})
    assert (reply.status_code, issue(reply)["code"]) == (415, "not-supported")
    assert reply.headers["accept-patch"] == "application/json-patch+json, application/fhir+json"


async def test_a_patch_of_nothing_and_of_what_was_deleted(web: Web) -> None:
    """Checklist line 24."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    await client.delete(f"/Patient/{id}")
    for known, status in ((id, 410), ("never", 404)):
        reply = await client.patch(f"/Patient/{known}", json=DELETE_BIRTH_DATE, headers=JSON)
        assert reply.status_code == status


async def test_a_clinic_patches_as_it_updates(web: Web) -> None:
    """The resource stays with its resident, and refers to what is known."""
    regional, clinic = await web.client(), await web.client(organization="Organization/h1")
    own, hidden = (await made(clinic, PATIENT))["id"], (await made(regional, PATIENT))["id"]
    id = (await made(clinic, observation(f"Patient/{own}")))["id"]
    for target in (hidden, "never"):
        move = [{"op": "replace", "path": "/subject/reference", "value": f"Patient/{target}"}]
        reply = await clinic.patch(f"/Observation/{id}", json=move, headers=JSON_PATCH)
        assert (reply.status_code, target in reply.text) == (422, False)
