"""Binary over HTTP: raw and wrapped."""

import base64
from typing import Any

import pytest

from tests.functional.api.exchange import JSON, issue, made, patient
from tests.support.web import Web

PDF = b"%PDF-1.7 \x00\xff"
RAW = {"Content-Type": "application/pdf"}


async def test_raw_content_becomes_a_binary_and_comes_back(web: Web) -> None:
    """Checklist line 14."""
    client = await web.client()
    created = await client.post("/Binary", content=PDF, headers=RAW)
    assert created.status_code == 201, created.text
    wrapped = created.json()
    assert (wrapped["contentType"], base64.b64decode(wrapped["data"])) == ("application/pdf", PDF)
    path = f"/Binary/{wrapped['id']}"
    for accept in (None, "*/*", "application/pdf", "application/*;q=0.5, text/html"):
        raw = await client.get(path, headers={"Accept": accept} if accept else {})
        assert (raw.content, raw.headers["content-type"]) == (PDF, "application/pdf")
        assert (raw.headers["etag"], raw.headers["x-content-type-options"]) == ('W/"1"', "nosniff")
        assert "sandbox" in raw.headers["content-security-policy"]
    for query, accept in (("", "application/fhir+json"), ("?_format=json", "*/*"), ("", "application/json")):
        assert (await client.get(path + query, headers={"Accept": accept})).json() == wrapped
    assert (await client.get(path, headers={"Accept": "image/png"})).status_code == 406
    assert (await client.get(path, headers={"If-None-Match": 'W/"1"'})).status_code == 304
    assert (await client.head(path)).headers["content-length"] == str(len(PDF))
    assert (await client.get(f"{path}/_history/1")).content == PDF


async def test_raw_content_replaces_raw_content(web: Web) -> None:
    """Checklist line 14."""
    client = await web.client()
    for version, content in enumerate((PDF, b"", "文本".encode()), 1):
        put = await client.put(
            "/Binary/b1", content=content, headers={"Content-Type": "text/plain; charset=utf-8"}
        )
        assert put.headers["etag"] == f'W/"{version}"'
        read = await client.get("/Binary/b1")
        assert (read.content, read.headers["content-type"]) == (content, "text/plain; charset=utf-8")
    stale = {"Content-Type": "text/plain", "If-Match": 'W/"1"'}
    assert (await client.put("/Binary/b1", content=b"x", headers=stale)).status_code == 412


async def test_a_binary_of_json_and_one_as_a_resource(web: Web) -> None:
    """Checklist line 14: a FHIR media type means the resource."""
    client = await web.client()
    body: dict[str, Any] = {"resourceType": "Binary", "contentType": "application/json", "data": "e30="}
    id = (await made(client, body))["id"]
    assert (await client.get(f"/Binary/{id}", headers={"Accept": "application/json"})).content == b"{}"
    assert (await client.get(f"/Binary/{id}", headers={"Accept": "application/fhir+json"})).json()[
        "data"
    ] == "e30="
    other = await client.post("/Binary", json=patient(), headers=JSON)
    assert (other.status_code, issue(other)["expression"]) == (400, ["resourceType"])
    assert (await client.post("/Binary", content=b"x", headers={"Content-Type": ""})).status_code == 415


@pytest.mark.parametrize("header", [True, False])
async def test_whoever_may_see_the_security_context_may_see_the_content(web: Web, header: bool) -> None:
    """Checklist line 14: securityContext is respected."""
    regional = await web.client()
    clinic, other = [await web.client(organization=f"Organization/{each}") for each in ("h1", "h2")]
    id = (await made(clinic, patient("1")))["id"]
    if header:
        context = {"X-Security-Context": f"Patient/{id}"}
        created = await clinic.post("/Binary", content=PDF, headers=RAW | context)
    else:
        body = {
            "resourceType": "Binary",
            "contentType": "application/pdf",
            "data": base64.b64encode(PDF).decode(),
        }
        body["securityContext"] = {"reference": f"Patient/{id}"}  # type: ignore[assignment]
        created = await clinic.post("/Binary", json=body, headers=JSON)
    assert created.status_code == 201, created.text
    path = f"/Binary/{created.json()['id']}"
    assert created.json()["securityContext"] == {"reference": f"Patient/{id}"}
    assert [(await each.get(path)).status_code for each in (regional, clinic, other)] == [200, 200, 404]
    open = await regional.post("/Binary", content=PDF, headers=RAW)
    unowned = f"/Binary/{open.json()['id']}"
    assert [(await each.get(unowned)).status_code for each in (regional, clinic)] == [200, 404]
    assert (await clinic.post("/Binary", content=PDF, headers=RAW)).status_code == 422
    foreign = RAW | {"X-Security-Context": f"Patient/{(await made(other, patient('2')))['id']}"}
    assert (await clinic.post("/Binary", content=PDF, headers=foreign)).status_code == 422
