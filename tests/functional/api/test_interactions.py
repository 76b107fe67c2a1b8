"""The FHIR API as a clinic's system sees it: real HTTP, real database, real tokens."""

import asyncio
from typing import Any

import pytest

from fhir import cursor
from tests.support.web import READ, Web

PATIENT = {
    "resourceType": "Patient",
    "name": [{"text": "测试甲"}],
    "gender": "male",
    "birthDate": "1958-03-12",
}
JSON = {"Content-Type": "application/fhir+json"}


def observation(patient: str, **more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
    base = {"resourceType": "Observation", "status": "final", "code": code, "subject": {"reference": patient}}
    return base | more


async def test_create_read_update_delete_history(web: Web) -> None:
    client = await web.client()
    created = await client.post("/Patient", json=PATIENT, headers=JSON)
    assert created.status_code == 201, created.text
    id = created.json()["id"]
    assert created.headers["location"] == f"{web.fhir}/Patient/{id}/_history/1"
    assert created.headers["etag"] == 'W/"1"'

    read = await client.get(f"/Patient/{id}")
    assert (read.status_code, read.json()["name"]) == (200, PATIENT["name"])
    assert "last-modified" in read.headers
    seen = {"If-None-Match": 'W/"1"'}
    assert (await client.get(f"/Patient/{id}", headers=seen)).status_code == 304

    changed = read.json() | {"gender": "female"}
    stale = JSON | {"If-Match": 'W/"7"'}
    assert (await client.put(f"/Patient/{id}", json=changed, headers=stale)).status_code == 412
    updated = await client.put(f"/Patient/{id}", json=changed, headers=JSON | {"If-Match": 'W/"1"'})
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    assert (await client.get(f"/Patient/{id}/_history/1")).json()["gender"] == "male"

    assert (await client.delete(f"/Patient/{id}")).status_code == 204
    assert (await client.get(f"/Patient/{id}")).status_code == 410
    history = (await client.get(f"/Patient/{id}/_history")).json()
    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "PUT", "POST"]
    assert (await client.get(f"/Patient/{id}/_history/2")).status_code == 200


async def test_a_reference_by_the_server_s_own_address_is_one_to_what_is_stored(web: Web) -> None:
    """Checklist line 86: absolute URL and relative reference mean the same, however it is written."""
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    absolute, relative = f"{web.fhir}/Patient/{id}", f"Patient/{id}"
    created = await client.post("/Observation", json=observation(absolute), headers=JSON)
    assert (created.status_code, created.json()["subject"]) == (201, {"reference": relative})
    own = created.json()["id"]
    versioned = created.json() | {"subject": {"reference": f"{absolute}/_history/1"}}
    updated = await client.put(f"/Observation/{own}", json=versioned, headers=JSON)
    assert updated.json()["subject"] == {"reference": f"{relative}/_history/1"}
    change = [{"op": "replace", "path": "/subject/reference", "value": absolute}]
    patch = {"Content-Type": "application/json-patch+json"}
    patched = await client.patch(f"/Observation/{own}", json=change, headers=patch)
    assert patched.json()["subject"] == {"reference": relative}
    entry = {"resource": observation(absolute), "request": {"method": "POST", "url": "Observation"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    assert (await client.post("/", json=bundle, headers=JSON)).status_code == 200
    for asked in (relative, absolute, id):
        found = (await client.get("/Observation", params={"subject": asked, "_summary": "count"})).json()
        assert found["total"] == 2, asked
    nobody = observation(f"{web.fhir}/Patient/nobody")
    assert (await client.post("/Observation", json=nobody, headers=JSON)).status_code == 422
    other = observation(f"{web.fhir}/Organization/{id}")
    assert (await client.post("/Observation", json=other, headers=JSON)).status_code == 422


async def test_two_updates_of_one_version_give_one_success(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    put = [
        client.put(
            f"/Patient/{id}",
            json=PATIENT | {"id": id, "birthDate": date},
            headers=JSON | {"If-Match": 'W/"1"'},
        )
        for date in ("1960-01-01", "1961-01-01")
    ]
    assert sorted(reply.status_code for reply in await asyncio.gather(*put)) == [200, 412]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "code"),
    [
        ("GET", "/Patient/unknown", None, {}, 404, "not-found"),
        ("GET", "/Unicorn/1", None, {}, 404, "not-supported"),
        ("GET", "/Patient/1/_history/x", None, {}, 404, "not-found"),
        ("POST", "/Patient", b"{", JSON, 400, "structure"),
        ("POST", "/Patient", b'{"resourceType":"Observation"}', JSON, 400, "structure"),
        ("POST", "/Patient", b'{"resourceType":"Patient","gender":"bogus"}', JSON, 422, "code-invalid"),
        (
            "POST",
            "/Patient",
            b'{"resourceType":"Patient"}',
            {"Content-Type": "text/plain"},
            415,
            "not-supported",
        ),
        ("GET", "/Patient", None, {"Accept": "application/fhir+xml"}, 406, "not-supported"),
        ("GET", "/Patient?birthdate=yesterday", None, {}, 400, "invalid"),
        ("GET", "/Patient?unknown=1", None, {"Prefer": "handling=strict"}, 400, "invalid"),
        ("PUT", "/Patient/a", b'{"resourceType":"Patient","id":"b"}', JSON, 400, "invalid"),
        ("PATCH", "/Patient/a", b"{}", JSON, 400, "structure"),
        ("POST", "/", b'{"resourceType":"Bundle","type":"collection"}', JSON, 400, "structure"),
        ("GET", "/Patient/a/b/c/d", None, {}, 404, "not-found"),
    ],
)
async def test_a_fault_is_named(
    web: Web, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int, code: str
) -> None:
    client = await web.client()
    reply = await client.request(method, path, content=body, headers=headers)
    outcome = reply.json()
    assert (reply.status_code, outcome["resourceType"], outcome["issue"][0]["code"]) == (
        status, "OperationOutcome", code,
    )  # fmt: skip
    assert outcome["issue"][0]["diagnostics"]
    assert reply.headers["x-request-id"]


async def test_without_a_token_it_is_401_and_without_the_scope_403(web: Web) -> None:
    bare = await web.http.get(f"{web.fhir}/Patient")
    assert (bare.status_code, bare.json()["issue"][0]["code"]) == (401, "login")
    assert bare.headers["www-authenticate"].startswith("Bearer")
    narrow = await web.client("system/Observation.rs")
    refused = await narrow.get("/Patient")
    assert (refused.status_code, refused.json()["issue"][0]["code"]) == (403, "forbidden")
    reading = await web.client(READ)
    assert (await reading.post("/Patient", json=PATIENT, headers=JSON)).status_code == 403


async def test_search_pages_visit_each_match_once(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    made = [client.post("/Observation", json=observation(f"Patient/{id}"), headers=JSON) for _ in range(7)]
    ids = {reply.json()["id"] for reply in await asyncio.gather(*made)}
    seen: list[str] = []
    url: str | None = f"/Observation?patient={id}&code=http://loinc.org|8480-6&_count=3&_total=accurate"
    while url:
        bundle = (await client.get(url)).json()
        assert bundle["total"] == 7
        seen += [entry["resource"]["id"] for entry in bundle["entry"]]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    assert len(seen) == 7
    assert set(seen) == ids


async def test_a_page_link_is_of_no_use_to_others_or_when_changed(web: Web) -> None:
    client, other = await web.client(), await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    for _ in range(3):
        await client.post("/Observation", json=observation(f"Patient/{id}"), headers=JSON)
    bundle = (await client.get(f"/Observation?patient={id}&_count=1")).json()
    url = next(link["url"] for link in bundle["link"] if link["relation"] == "next")
    assert (await client.get(url)).status_code == 200
    forged = await client.get(url.partition("_cursor=")[0] + "_cursor=" + "A" * 80)
    replies = [
        await other.get(url),
        await client.get(url[:-3] + "AAA"),
        await client.get(url.replace(id, id[::-1])),
    ]
    assert {each.status_code for each in (forged, *replies)} == {400}, "attack 33"
    assert {each.text for each in replies} == {forged.text}


async def test_a_page_link_that_has_expired_is_gone_for_its_reader_alone(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checklist line 61."""
    client, other = await web.client(), await web.client()
    await web.put(*(PATIENT | {"id": f"p{n}"} for n in range(3)))
    monkeypatch.setattr(cursor, "LIFETIME", -1)
    for path in ("/Patient?_count=1", "/Patient/_history?_count=1", "/Patient/$everything?_count=1"):
        links = (await client.get(path)).json()["link"]
        url = next(each["url"] for each in links if each["relation"] == "next")
        reply = await client.get(url)
        assert (reply.status_code, reply.json()["issue"][0]["code"]) == (410, "expired"), path
        assert (await other.get(url)).status_code == 400, path


async def test_an_unknown_parameter_is_ignored_named_and_not_in_self(web: Web) -> None:
    client = await web.client()
    bundle = (await client.get("/Patient?gender=male&colour=red")).json()
    assert "colour" not in bundle["link"][0]["url"]
    outcome = bundle["entry"][-1]
    assert outcome["search"]["mode"] == "outcome"
    assert "colour" in outcome["resource"]["issue"][0]["diagnostics"]


async def test_search_by_post_and_names_in_chinese_and_pinyin(web: Web) -> None:
    client = await web.client()
    one = PATIENT | {"name": [{"text": "单雄信", "family": "单", "given": ["雄信"]}]}
    id = (await client.post("/Patient", json=one, headers=JSON)).json()["id"]
    for name in ("单雄信", "单", "shanxiongxin", "Shan Xiongxin", "sxx"):
        found = (await client.post("/Patient/_search", data={"name": name})).json()
        assert [entry["resource"]["id"] for entry in found.get("entry", [])] == [id], name


async def test_includes_come_along_once_and_are_not_counted(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    for _ in range(2):
        await client.post("/Observation", json=observation(f"Patient/{id}"), headers=JSON)
    bundle = (await client.get(f"/Observation?patient={id}&_include=Observation:subject")).json()
    modes = [entry["search"]["mode"] for entry in bundle["entry"]]
    assert (bundle["total"], modes) == (2, ["match", "match", "include"])
    back = (await client.get(f"/Patient?_id={id}&_revinclude=Observation:subject")).json()
    assert [entry["search"]["mode"] for entry in back["entry"]] == ["match", "include", "include"]


async def test_elements_and_summary_are_cut_and_tagged(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    cut = (await client.get(f"/Patient?_id={id}&_elements=gender")).json()["entry"][0]["resource"]
    assert set(cut) == {"resourceType", "id", "meta", "gender"}
    assert cut["meta"]["tag"][0]["code"] == "SUBSETTED"
    count = (await client.get("/Patient?_summary=count")).json()
    assert (count["total"], "entry" in count) == (1, False)


async def test_a_transaction_is_all_or_nothing(web: Web) -> None:
    client = await web.client()
    urn = "urn:uuid:0d1b5d3e-7b1c-4f55-9b63-3c0f5a3c2a10"
    entries = [
        {"resource": observation(urn), "request": {"method": "POST", "url": "Observation"}},
        {"fullUrl": urn, "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}},
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    done = await client.post("/", json=bundle, headers=JSON)
    assert done.status_code == 200, done.text
    places = [entry["response"]["location"].split("/_history")[0] for entry in done.json()["entry"]]
    stored = (await client.get(f"/{places[0]}")).json()
    assert stored["subject"]["reference"] == places[1]

    bad = observation(places[1], status="bogus")
    entries = [
        {"resource": PATIENT | {"birthDate": "1999-09-09"}, "request": {"method": "POST", "url": "Patient"}},
        {"resource": bad, "request": {"method": "POST", "url": "Observation"}},
    ]
    failed = await client.post("/", json=bundle | {"entry": entries}, headers=JSON)
    assert failed.status_code == 422
    assert failed.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.status"]
    assert (await client.get("/Patient?birthdate=1999-09-09")).json()["total"] == 0


async def test_everything_is_the_whole_file_of_the_person(web: Web) -> None:
    client = await web.client()
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    ids = []
    for _ in range(2):
        made = await client.post("/Patient", json=PATIENT | {"identifier": [number]}, headers=JSON)
        ids.append(made.json()["id"])
        await client.post("/Observation", json=observation(f"Patient/{ids[-1]}"), headers=JSON)
    bundle = (await client.get(f"/Patient/{ids[0]}/$everything")).json()
    types = sorted(entry["resource"]["resourceType"] for entry in bundle["entry"])
    assert types == ["Observation", "Observation", "Patient", "Patient"]
    by_number = await client.get(f"/Patient?identifier={number['system']}|{number['value']}")
    assert by_number.json()["total"] == 2


async def test_metadata_is_open_and_names_what_there_is(web: Web) -> None:
    reply = await web.http.get(f"{web.fhir}/metadata")
    statement = reply.json()
    assert (reply.status_code, statement["fhirVersion"]) == (200, "4.0.1")
    patient = next(each for each in statement["rest"][0]["resource"] if each["type"] == "Patient")
    assert {"identifier", "name", "birthdate"} <= {each["name"] for each in patient["searchParam"]}


async def test_health_and_metrics(web: Web) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await web.http.get(web.address + path)).status_code == 200
    text = (await web.http.get(web.address + "/metrics")).text
    assert 'route="/readyz"' in text


async def test_every_request_is_audited_before_its_reply(web: Web) -> None:
    client = await web.client()
    id = (await client.post("/Patient", json=PATIENT, headers=JSON)).json()["id"]
    await client.get(f"/Patient/{id}")
    await client.get("/Patient/unknown")
    events = (await client.get(f"/AuditEvent?patient={id}")).json()
    subtypes = [entry["resource"]["subtype"][0]["code"] for entry in events["entry"]]
    assert subtypes == ["read", "create"]
    everything = (await client.get("/AuditEvent?_count=1000")).json()["entry"]
    assert "4" in {entry["resource"]["outcome"] for entry in everything}
    one = events["entry"][0]["resource"]["id"]
    assert (await client.get(f"/AuditEvent/{one}")).json()["id"] == one
    assert (await client.delete(f"/AuditEvent/{one}")).status_code == 403


@pytest.mark.parametrize(
    ("bundle", "status"),
    [
        ({"type": "transaction", "entry": 5}, 400),
        ({"type": "batch", "entry": 5}, 400),
        (
            {
                "type": "transaction",
                "entry": [{"resource": {}, "request": {"method": "POST", "url": "Patient"}}],
            },
            400,
        ),
        (
            {
                "type": "transaction",
                "entry": [
                    {"fullUrl": [], "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
                ],
            },
            422,
        ),
        ({"type": "transaction", "entry": [{}] * 5001}, 413),
    ],
)
async def test_an_odd_bundle_is_refused_not_a_fault_of_ours(
    web: Web, bundle: dict[str, Any], status: int
) -> None:
    client = await web.client()
    reply = await client.post("/", json={"resourceType": "Bundle"} | bundle, headers=JSON)
    assert (reply.status_code, reply.json()["resourceType"]) == (status, "OperationOutcome")


async def test_odd_bodies_and_headers_are_refused_not_faults_of_ours(web: Web) -> None:
    client = await web.client()
    number = b'{"resourceType":"Patient","x":1e99999999999999999999}'
    twice = b'{"resourceType":"Patient",' + b",".join(b'"a%d":1' % n for n in range(50_000)) + b',"a0":2}'
    deep = b'{"resourceType":"Bundle","type":"transaction","x":' + b"[" * 400 + b"]" * 400 + b"}"
    for path, body in (("/Patient", number), ("/Patient", twice), ("/", deep)):
        assert (await client.post(path, content=body, headers=JSON)).status_code in (200, 400, 422), body[:40]
    long = JSON | {"If-Match": 'W/"' + "1" * 5000 + '"'}
    assert (await client.put("/Patient/x", json=PATIENT | {"id": "x"}, headers=long)).status_code == 412
    absolute = observation(f"{web.fhir}/Patient/x")
    assert (await client.post("/Observation", json=absolute, headers=JSON)).status_code == 422
