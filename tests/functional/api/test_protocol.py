"""create, read, vread, update, delete: status, headers and bodies, exactly."""

import asyncio
from typing import Any

import pytest

from tests.functional.api.exchange import JSON, PATIENT, bundle, entry, issue, made, observation, patient
from tests.support.web import Web

UTF8 = {"Content-Type": "application/fhir+json; charset=utf-8"}


async def test_create(web: Web) -> None:
    """Checklist lines 1 and 2."""
    client = await web.client()
    sent = PATIENT | {"id": "mine", "meta": {"versionId": "7", "lastUpdated": "2001-01-01T00:00:00Z"}}
    reply = await client.post("/Patient", json=sent, headers=UTF8)
    stored = reply.json()
    assert (reply.status_code, reply.headers["etag"]) == (201, 'W/"1"')
    assert reply.headers["location"] == f"{web.fhir}/Patient/{stored['id']}/_history/1"
    assert reply.headers["last-modified"].endswith("GMT")
    assert (stored["id"] == "mine", stored["meta"]["versionId"]) == (False, "1")
    assert not stored["meta"]["lastUpdated"].startswith("2001")


@pytest.mark.parametrize(
    ("path", "body", "status", "path_of"),
    [
        ("/Patient", b'{"resourceType":"Observation"}', 400, None),
        ("/Patient", b'{"resourceType":', 400, None),
        ("/Patient", b"[]", 400, None),
        ("/Patient", b"", 400, None),
        ("/Patient", b'{"resourceType":"Patient","gender":"bogus"}', 422, "Patient.gender"),
        ("/Patient", b'{"resourceType":"Patient","favouriteColour":"red"}', 422, "Patient.favouriteColour"),
        ("/Unicorn", b'{"resourceType":"Unicorn"}', 404, None),
    ],
)
async def test_what_is_no_resource_of_the_type(
    web: Web, path: str, body: bytes, status: int, path_of: str | None
) -> None:
    """Checklist lines 3 and 13."""
    client = await web.client()
    reply = await client.post(path, content=body, headers=JSON)
    assert reply.status_code == status
    assert path_of is None or issue(reply)["expression"] == [path_of]
    issue(reply)


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "", 200),
        ({"Accept": "application/json"}, "", 200),
        ({"Accept": "application/fhir+json; fhirVersion=4.0"}, "", 200),
        ({"Accept": "application/fhir+json; fhirVersion=3.0"}, "", 406),
        ({"Accept": "application/fhir+xml"}, "", 406),
        ({"Accept": "application/fhir+xml"}, "?_format=json", 200),
        ({"Accept": "text/html"}, "?_format=application/fhir%2Bjson", 200),
        ({"Accept": "application/fhir+json"}, "?_format=xml", 406),
    ],
)
async def test_formats_of_a_read(web: Web, headers: dict[str, str], query: str, status: int) -> None:
    """Checklist line 4: `_format` beats Accept."""
    client = await web.client()
    await web.put(PATIENT | {"id": "p1"})
    reply = await client.get(f"/Patient/p1{query}", headers=headers)
    assert reply.status_code == status
    if status == 200:
        assert reply.headers["content-type"] == "application/fhir+json; charset=utf-8"
    else:
        issue(reply)


@pytest.mark.parametrize(
    ("type", "status"),
    [
        ("application/fhir+json", 201),
        ("application/json; charset=UTF-8", 201),
        ("application/fhir+json; fhirVersion=4.0", 201),
        ("application/fhir+json; fhirVersion=5.0", 415),
        ("application/fhir+xml", 415),
        ("application/fhir+json; charset=gb18030", 415),
        ("", 415),
    ],
)
async def test_formats_of_a_write(web: Web, type: str, status: int) -> None:
    """Checklist line 4."""
    client = await web.client()
    reply = await client.post(
        "/Patient", content=b'{"resourceType":"Patient"}', headers={"Content-Type": type}
    )
    assert reply.status_code == status
    assert status == 201 or issue(reply)["code"] == "not-supported"


async def test_a_format_in_the_form_of_a_search(web: Web) -> None:
    """Checklist line 4."""
    client = await web.client()
    xml = {"Accept": "application/fhir+xml"}
    found = await client.post("/Patient/_search", data={"_format": "json", "gender": "male"}, headers=xml)
    assert (found.status_code, found.json()["type"]) == (200, "searchset")
    assert (await client.post("/Patient/_search", data={"_format": "xml"})).status_code == 406


async def test_read_unknown_and_deleted(web: Web) -> None:
    """Checklist lines 5, 9 and 10."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    read = await client.get(f"/Patient/{id}")
    assert (read.status_code, read.headers["etag"]) == (200, 'W/"1"')
    assert "last-modified" in read.headers
    assert issue(await client.get("/Patient/never"))["code"] == "not-found"
    assert (await client.delete(f"/Patient/{id}")).status_code == 204
    gone = await client.get(f"/Patient/{id}")
    assert (gone.status_code, issue(gone)["code"]) == (410, "deleted")
    statuses = {1: 200, 2: 410, 3: 404}
    for version, status in statuses.items():
        assert (await client.get(f"/Patient/{id}/_history/{version}")).status_code == status


async def test_not_modified(web: Web) -> None:
    """Checklist line 6."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    read = await client.get(f"/Patient/{id}")
    moment = read.headers["last-modified"]
    for headers, status in (
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": 'W/"2", W/"1"'}, 304),
        ({"If-None-Match": 'W/"2"'}, 200),
        ({"If-Modified-Since": moment}, 304),
        ({"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
    ):
        reply = await client.get(f"/Patient/{id}", headers=headers)
        assert (reply.status_code, reply.content == b"") == (status, status == 304), headers
        assert reply.headers["etag"] == 'W/"1"'


@pytest.mark.parametrize(
    "path", ["/Patient/p1", "/Patient/p1/_history", "/Patient/p1/_history/1", "/Patient?_id=p1", "/metadata"]
)
async def test_head_is_get_without_its_body(web: Web, path: str) -> None:
    """Checklist line 7."""
    client = await web.client()
    await web.put(PATIENT | {"id": "p1"})
    head, get = await client.head(path), await client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    same = ("content-type", "content-length", "etag", "last-modified")
    assert {name: head.headers.get(name) for name in same} == {name: get.headers.get(name) for name in same}


async def test_parts_of_a_resource(web: Web) -> None:
    """Checklist lines 8 and 12."""
    client = await web.client()
    id = (await made(client, PATIENT | {"photo": [{"title": "x"}], "maritalStatus": {"text": "x"}}))["id"]
    for path in (f"/Patient/{id}", f"/Patient/{id}/_history/1"):
        cut = (await client.get(f"{path}?_elements=gender")).json()
        assert set(cut) == {"resourceType", "id", "meta", "gender"}
        assert cut["meta"]["tag"][0]["code"] == "SUBSETTED"
        summary = (await client.get(f"{path}?_summary=true")).json()
        assert ("maritalStatus" in summary, "gender" in summary) == (False, True)
    history = (await client.get(f"/Patient/{id}/_history?_elements=gender")).json()
    assert set(history["entry"][0]["resource"]) == {"resourceType", "id", "meta", "gender"}
    pretty = (await client.get(f"/Patient/{id}?_pretty=true")).text
    assert pretty.startswith('{\n  "resourceType": "Patient"')
    assert (await client.get(f"/Patient/{id}?_summary=everything")).status_code == 400
    refused = await client.put(f"/Patient/{id}", json=cut, headers=JSON)
    assert (refused.status_code, issue(refused)["expression"]) == (422, ["Patient.meta.tag"])


async def test_labels_are_carried_over_by_every_kind_of_update(web: Web) -> None:
    """Checklist line 11: an update keeps profiles, tags and labels, and adds its own."""
    client = await web.client()
    secret = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    meta = {"tag": [{"system": "urn:t", "code": "a"}], "security": [secret]}
    id = (await made(client, PATIENT | {"meta": meta}))["id"]
    bare = PATIENT | {"id": id, "gender": "female"}
    put = (await client.put(f"/Patient/{id}", json=bare, headers=JSON)).json()
    assert {name: put["meta"][name] for name in meta} == meta
    again = await client.put(f"/Patient/{id}", json=bare, headers=JSON)
    assert again.headers["etag"] == 'W/"2"', "Checklist line 19: an identical update makes no version"
    more = bare | {"meta": {"tag": [{"system": "urn:t", "code": "b"}]}, "gender": "other"}
    done = await client.post("/", json=bundle(entry("PUT", f"Patient/{id}", more)), headers=JSON)
    assert done.status_code == 200
    both = [{"system": "urn:t", "code": "a"}, {"system": "urn:t", "code": "b"}]
    read = (await client.get(f"/Patient/{id}")).json()["meta"]
    assert (read["tag"], read["security"]) == (both, [secret])
    patch = [{"op": "remove", "path": "/meta/security"}, {"op": "remove", "path": "/gender"}]
    kind = {"Content-Type": "application/json-patch+json"}
    patched = (await client.patch(f"/Patient/{id}", json=patch, headers=kind)).json()
    assert (patched["meta"]["security"], "gender" in patched) == ([secret], False)


async def test_the_id_of_an_update(web: Web) -> None:
    """Checklist line 15."""
    client = await web.client()
    for body in (PATIENT | {"id": "b"}, PATIENT):
        reply = await client.put("/Patient/a", json=body, headers=JSON)
        assert (reply.status_code, issue(reply)["expression"]) == (400, ["Patient.id"])


async def test_update_create_and_bring_back(web: Web) -> None:
    """Checklist lines 16, 18, 25 and 26."""
    client = await web.client()
    mine = PATIENT | {"id": "mine"}
    created = await client.put("/Patient/mine", json=mine, headers=JSON)
    assert (created.status_code, created.headers["etag"]) == (201, 'W/"1"')
    assert created.headers["location"] == f"{web.fhir}/Patient/mine/_history/1"
    updated = await client.put("/Patient/mine", json=mine | {"gender": "female"}, headers=JSON)
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    for _ in range(2):
        assert (await client.delete("/Patient/mine")).status_code == 204
    assert (await client.get("/Patient?_id=mine")).json()["total"] == 0
    back = await client.put("/Patient/mine", json=mine, headers=JSON)
    assert (back.status_code, back.headers["etag"]) == (201, 'W/"4"')
    history = (await client.get("/Patient/mine/_history")).json()
    assert [each["request"]["method"] for each in history["entry"]] == ["PUT", "DELETE", "PUT", "PUT"]
    assert (await client.delete("/Patient/never")).status_code == 204


async def test_only_the_version_that_was_meant(web: Web) -> None:
    """Checklist lines 17, 20 and 28."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    body = PATIENT | {"id": id, "gender": "female"}
    patch = [{"op": "replace", "path": "/gender", "value": "other"}]
    kind = {"Content-Type": "application/json-patch+json"}
    stale = {"If-Match": 'W/"7"'}
    assert (await client.put(f"/Patient/{id}", json=body, headers=JSON | stale)).status_code == 412
    assert (await client.patch(f"/Patient/{id}", json=patch, headers=kind | stale)).status_code == 412
    assert (await client.delete(f"/Patient/{id}", headers=stale)).status_code == 412
    absent = JSON | {"If-None-Match": "*"}
    assert (await client.put(f"/Patient/{id}", json=body, headers=absent)).status_code == 412
    assert (await client.put("/Patient/new", json=body | {"id": "new"}, headers=absent)).status_code == 201
    current = {"If-Match": 'W/"1"'}
    assert (await client.put(f"/Patient/{id}", json=body, headers=JSON | current)).status_code == 200
    assert (await client.delete(f"/Patient/{id}", headers={"If-Match": 'W/"2"'})).status_code == 204


async def test_what_a_write_returns(web: Web) -> None:
    """Checklist line 21."""
    client = await web.client()
    for wish, kind in (
        ("return=minimal", None),
        ("return=representation", "Patient"),
        ("return=OperationOutcome", "OperationOutcome"),
        ("handling=strict", "Patient"),
    ):
        reply = await client.post("/Patient", json=PATIENT, headers=JSON | {"Prefer": wish})
        assert (reply.status_code, reply.headers["etag"]) == (201, 'W/"1"')
        assert (reply.json()["resourceType"] if reply.content else None) == kind
    done = await client.delete("/Patient/x", headers={"Prefer": "return=OperationOutcome"})
    assert (done.status_code, issue(done)["severity"]) == (200, "information")


async def test_two_updates_of_one_version_give_one_success(web: Web) -> None:
    """Checklist line 107: one 200, one 412, no version lost."""
    client, other = await web.client(), await web.client()
    id = (await made(client, PATIENT))["id"]
    for version in range(1, 6):
        current = JSON | {"If-Match": f'W/"{version}"'}
        put = [
            each.put(f"/Patient/{id}", json=PATIENT | {"id": id, "birthDate": date}, headers=current)
            for each, date in ((client, f"1960-01-0{version}"), (other, f"1961-01-0{version}"))
        ]
        assert sorted(reply.status_code for reply in await asyncio.gather(*put)) == [200, 412]
    versions = (await client.get(f"/Patient/{id}/_history")).json()["entry"]
    assert [each["resource"]["meta"]["versionId"] for each in versions] == list("654321")


async def test_hidden_and_unknown_look_the_same(web: Web) -> None:
    """Checklist line 72: a refusal says nothing about existence."""
    regional, clinic = await web.client(), await web.client(organization="Organization/h1")
    hidden = (await made(regional, PATIENT))["id"]
    patch: Any = [{"op": "test", "path": "/gender", "value": "male"}]
    kind = {"Content-Type": "application/json-patch+json"}

    async def answers(id: str) -> list[Any]:
        replies = [
            await clinic.get(f"/Patient/{id}"),
            await clinic.get(f"/Patient/{id}/_history"),
            await clinic.get(f"/Patient/{id}/_history/1"),
            await clinic.put(f"/Patient/{id}", json=PATIENT | {"id": id}, headers=JSON),
            await clinic.patch(f"/Patient/{id}", json=patch, headers=kind),
            await clinic.delete(f"/Patient/{id}"),
            await clinic.delete(f"/Patient/{id}", headers={"If-Match": 'W/"9"'}),
            await clinic.delete(f"/Patient?_id={id}"),
            await clinic.patch(f"/Patient?_id={id}", json=patch, headers=kind),
            await clinic.put(f"/Patient?_id={id}", json=PATIENT | {"id": id}, headers=JSON),
            await clinic.post("/Observation", json=observation(f"Patient/{id}"), headers=JSON),
            await clinic.post("/", json=bundle(entry("DELETE", f"Patient/{id}")), headers=JSON),
            await clinic.post("/", json=bundle(entry("GET", f"Patient/{id}"), type="batch"), headers=JSON),
        ]
        return [(reply.status_code, reply.text.replace(id, "")) for reply in replies]

    assert await answers(hidden) == await answers("01890000-0000-7000-8000-000000000000")
    narrow = await web.client("system/Observation.rs")
    for id in (hidden, "never"):
        assert issue(await narrow.get(f"/Patient/{id}"))["code"] == "forbidden"
    assert (await web.http.get(f"{web.fhir}/Patient/{hidden}")).status_code == 401


async def test_patching_takes_the_right_to_read(web: Web) -> None:
    regional, writer = await web.client(), await web.client("system/Patient.u")
    id = (await made(regional, patient()))["id"]
    kind = {"Content-Type": "application/json-patch+json"}
    guess = [{"op": "test", "path": "/gender", "value": "male"}]
    assert (await writer.patch(f"/Patient/{id}", json=guess, headers=kind)).status_code == 403
