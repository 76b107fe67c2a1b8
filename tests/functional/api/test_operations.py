"""Operations over HTTP as a clinic's system calls them. Checklist lines 11, 94 and 97."""

import base64
from typing import Any

import httpx
import pytest

from tests.functional.api.test_interactions import JSON, PATIENT, observation
from tests.support.web import READ, Web

LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
ADD = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [LABEL]}}]}


@pytest.fixture
async def client(web: Web) -> httpx.AsyncClient:
    """A regional system; p1 has three Observations."""
    results = [
        observation("Patient/p1", effectiveDateTime=f"2024-05-0{n}") | {"id": f"o{n}"} for n in (1, 2, 3)
    ]
    await web.put(PATIENT | {"id": "p1"}, *results)
    return await web.client()


async def audited(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """What the audit says, newest first."""
    entries = (await client.get("/AuditEvent?patient=p1")).json()["entry"]
    return [entry["resource"] for entry in entries]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/$unknown", 404),
        ("POST", "/Patient/$unknown", 404),
        ("GET", "/Patient/p1/$lastn", 404),
        ("GET", "/Observation/$everything", 404),
        ("GET", "/Unicorn/$meta", 404),
        ("GET", "/$everything", 404),
        ("GET", "/Patient/p1/$meta-add", 405),
        ("GET", "/Patient/p1/$everything?_count=0", 400),
        ("GET", "/Patient/p1/$everything?_count=1&_count=2", 400),
        ("GET", "/Patient/p1/$everything?start=yesterday", 400),
        ("GET", "/Patient/p1/$everything?_since=2024", 400),
        ("GET", "/Patient/nobody/$everything", 404),
        ("GET", "/Composition/$document", 400),
        ("POST", "/Patient/p1/$meta-add", 400),
    ],
)
async def test_what_is_not_offered_there_is_refused(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """Checklist line 94: unknown operation, wrong level, GET of what changes state, wrong parameters."""
    reply = await client.request(method, path)
    assert (reply.status_code, reply.json()["resourceType"]) == (status, "OperationOutcome")
    assert status != 405 or reply.headers["allow"] == "POST"


async def test_get_post_and_both_ask_for_the_same(client: httpx.AsyncClient) -> None:
    """Checklist line 94: primitive parameters in the URL, a Parameters resource, or both together."""
    body = {"resourceType": "Parameters", "parameter": [{"name": "_type", "valueCode": "Observation"}]}
    replies = [
        await client.get("/Patient/p1/$everything?_type=Observation&_count=10"),
        await client.post("/Patient/p1/$everything?_count=10", json=body, headers=JSON),
    ]
    body["parameter"].append({"name": "_count", "valueInteger": 10})  # type: ignore[union-attr]
    replies.append(await client.post("/Patient/p1/$everything", json=body, headers=JSON))
    bundles = [reply.json() for reply in replies]
    assert [bundle["total"] for bundle in bundles] == [3, 3, 3]
    assert bundles[0] == bundles[1] == bundles[2]
    twice = await client.post("/Patient/p1/$everything?_count=10", json=body, headers=JSON)
    assert twice.status_code == 400


async def test_head_says_what_get_would(client: httpx.AsyncClient) -> None:
    seen, said = [await client.request(method, "/Patient/p1/$meta") for method in ("GET", "HEAD")]
    assert (said.status_code, said.content) == (200, b"")
    assert said.headers["content-length"] == seen.headers["content-length"]


async def test_a_body_that_is_no_parameters_resource(client: httpx.AsyncClient) -> None:
    for body, status in {
        b'{"resourceType":"Patient"}': 400,
        b"{": 400,
        b'{"resourceType":"Parameters","parameter":[{"valueString":"x"}]}': 422,
        b'{"resourceType":"Parameters","parameter":{"name":"x"}}': 422,
    }.items():
        reply = await client.post("/Patient/p1/$everything", content=body, headers=JSON)
        assert reply.status_code == status, body
    plain = {"Content-Type": "text/plain"}
    assert (await client.post("/Patient/p1/$everything", content=b"x", headers=plain)).status_code == 415


async def test_an_unknown_parameter_is_named_or_refused(client: httpx.AsyncClient) -> None:
    """Checklist line 94: ignored where the reply can say so, else 400; under strict always 400."""
    bundle = (await client.get("/Patient/p1/$everything?_sort=date")).json()
    assert "_sort" not in bundle["link"][0]["url"]
    (outcome,) = [entry for entry in bundle["entry"] if entry["search"]["mode"] == "outcome"]
    assert "'_sort'" in outcome["resource"]["issue"][0]["diagnostics"]
    strict = {"Prefer": "handling=strict"}
    assert (await client.get("/Patient/p1/$everything?_sort=date", headers=strict)).status_code == 400
    assert (await client.get("/Patient/p1/$meta?_sort=date")).status_code == 400


async def test_everything_in_pages(client: httpx.AsyncClient) -> None:
    """Checklist line 97."""
    url, seen = "/Patient/p1/$everything?_count=2&end=2024-05-02", []
    while url:
        bundle = (await client.get(url)).json()
        assert "end=2024-05-02" in bundle["link"][0]["url"]
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    assert sorted(seen) == ["o1", "o2", "p1"]


async def test_labels_change_and_content_does_not(client: httpx.AsyncClient) -> None:
    """Checklist line 11."""
    before = (await client.get("/Observation/o1")).json()
    added = await client.post("/Observation/o1/$meta-add", json=ADD, headers=JSON)
    (returned,) = added.json()["parameter"]
    assert (returned["name"], returned["valueMeta"]["tag"]) == ("return", [LABEL])
    after = (await client.get("/Observation/o1")).json()
    assert before.pop("meta") != after.pop("meta")
    assert before == after
    found = await client.get(f"/Observation?_tag={LABEL['system']}|HTEST")
    assert [entry["resource"]["id"] for entry in found.json()["entry"]] == ["o1"]
    for path in ("/$meta", "/Observation/$meta", "/Observation/o1/$meta", "/Observation/o1/_history/2/$meta"):
        assert (await client.get(path)).json()["parameter"][0]["valueMeta"]["tag"] == [LABEL], path
    old = await client.post("/Observation/o1/_history/1/$meta-add", json=ADD, headers=JSON)
    assert old.json()["parameter"][0]["valueMeta"]["versionId"] == "1"
    gone = await client.post("/Observation/o1/$meta-delete", json=ADD, headers=JSON)
    assert "tag" not in gone.json()["parameter"][0]["valueMeta"]
    assert (await client.get("/Observation/o1/_history/1")).json()["meta"]["tag"] == [LABEL]


async def test_the_audit_names_the_operation_and_the_patients(web: Web, client: httpx.AsyncClient) -> None:
    """Checklist line 94, design section 4."""
    await client.get("/Patient/p1/$everything?_type=Observation")
    await client.get("/Observation/$lastn?patient=p1&code=8480-6")
    await client.post("/Observation/o1/$meta-add", json=ADD, headers=JSON)
    texts = [str(event) for event in await audited(client)]
    assert len(texts) == 3
    for text, name in zip(reversed(texts), ("$everything", "$lastn", "$meta-add"), strict=True):
        queries = [base64.b64decode(part.split("'")[0]).decode() for part in text.split("'query': '")[1:]]
        assert any(name in query for query in queries), name


async def test_a_document_is_made_and_stored(web: Web, client: httpx.AsyncClient) -> None:
    composition = {
        "resourceType": "Composition", "status": "final", "type": {"text": "HTEST"}, "title": "HTEST",
        "subject": {"reference": "Patient/p1"}, "date": "2024-05-05",
        "author": [{"reference": "Patient/p1"}], "section": [{"entry": [{"reference": "Observation/o1"}]}],
    }  # fmt: skip
    id = (await client.post("/Composition", json=composition, headers=JSON)).json()["id"]
    bundle = (await client.get(f"/Composition/{id}/$document")).json()
    assert [entry["resource"]["resourceType"] for entry in bundle["entry"]] == [
        "Composition", "Observation", "Patient",
    ]  # fmt: skip
    assert (await client.get(f"/Composition/{id}/$document?persist=true")).status_code == 405
    kept = await client.post(f"/Composition/{id}/$document?persist=true")
    assert kept.status_code == 201
    assert kept.headers["location"].startswith(f"{web.fhir}/Bundle/{kept.json()['id']}/_history/1")
    assert (await client.get(f"/Bundle/{kept.json()['id']}")).json()["type"] == "document"


async def test_a_reader_changes_no_labels_and_stores_no_document(web: Web, client: httpx.AsyncClient) -> None:
    reader = await web.client(READ)
    assert (await reader.post("/Observation/o1/$meta-add", json=ADD, headers=JSON)).status_code == 403
    assert (await reader.get("/Observation/o1/$meta")).status_code == 200
    anonymous = await web.http.get(f"{web.fhir}/Patient/p1/$everything")
    assert anonymous.status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/Patient/p1/$meta-add", "POST"),
        ("GET", "/Patient/p1/$meta-add", "POST"),
        ("PUT", "/Patient/p1/_history", "GET, HEAD"),
        ("OPTIONS", "/Patient/p1", "DELETE, GET, HEAD, PATCH, PUT"),
        ("OPTIONS", "/Patient/p1/$meta", "GET, HEAD, POST"),
    ],
)
async def test_a_405_says_which_methods_are_allowed(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    reply = await client.request(method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)
