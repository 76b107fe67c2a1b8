"""The edge of the API: CORS, compression, request ids, caches, and an OperationOutcome for every failure."""

import asyncio
import gzip
import json
from typing import Any

import pytest

from tests.functional.api.exchange import JSON, PATIENT, issue, made
from tests.support.http_client import http_client
from tests.support.web import Web, served

APP = {"Origin": "https://app.example"}


PATHS = [
    "/fhir/metadata",
    "/fhir/Patient/x",
    "/fhir/.well-known/smart-configuration",
    "/oauth/jwks",
    "/.well-known/openid-configuration",
    "/fhir/nowhere/at/all/here",
]


@pytest.mark.parametrize("path", PATHS)
async def test_web_applications_of_other_origins(web: Web, path: str) -> None:
    """Checklist line 106: CORS on all endpoints, never with cookies."""
    reply = await web.http.get(web.address + path, headers=APP)
    assert reply.headers.get_list("access-control-allow-origin") == ["*"]
    assert "access-control-allow-credentials" not in reply.headers
    shown = reply.headers["access-control-expose-headers"]
    assert all(name in shown for name in ("ETag", "Location", "X-Request-Id"))
    asked = APP | {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type, if-match, if-none-exist",
    }
    preflight = await web.http.options(web.address + path, headers=asked)
    assert preflight.status_code == 200
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert "x-request-id" in preflight.headers


@pytest.mark.parametrize("path", ["/login", "/oauth/authorize", "/oauth/token"])
async def test_pages_and_tokens_are_not_for_any_origin(web: Web, path: str) -> None:
    """Checklist line 106 and RFC 9700 rule 32: tokens go to the origins of registered apps alone."""
    reply = await web.http.get(web.address + path, headers=APP)
    assert "access-control-allow-origin" not in reply.headers


async def test_gzip_out_and_in(web: Web) -> None:
    """Checklist line 106."""
    client = await web.client()
    packed = gzip.compress(json.dumps(PATIENT | {"name": [{"text": "x" * 5000}]}).encode())
    created = await client.post("/Patient", content=packed, headers=JSON | {"Content-Encoding": "gzip"})
    assert created.status_code == 201, created.text
    read = await client.get(f"/Patient/{created.json()['id']}", headers={"Accept-Encoding": "gzip"})
    assert read.headers["content-encoding"] == "gzip"
    assert len(read.json()["name"][0]["text"]) == 5000
    for refused in ("gzip;q=0", "br, gzip ; q=0.000, *;q=0"):
        plain = await client.get(f"/Patient/{created.json()['id']}", headers={"Accept-Encoding": refused})
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["vary"]
    some = await client.get(f"/Patient/{created.json()['id']}", headers={"Accept-Encoding": "gzip;q=0.5"})
    assert some.headers["content-encoding"] == "gzip"
    for body, encoding, status in (
        (b"no gzip", "gzip", 400),
        (packed[:-20], "gzip", 400),
        (b"{}", "br", 415),
        (gzip.compress(b" " * 60_000_000, 1), "gzip", 413),
    ):
        reply = await client.post("/Patient", content=body, headers=JSON | {"Content-Encoding": encoding})
        assert (reply.status_code, bool(issue(reply))) == (status, True)


async def test_replies_are_private_and_carry_the_id_of_their_request(web: Web) -> None:
    """Checklist lines 105 and 106."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    named = {"X-Request-Id": "abc-1"}
    for method, path in (
        ("GET", f"/Patient/{id}"),
        ("GET", "/Patient"),
        ("GET", f"/Patient/{id}/_history"),
        ("GET", "/Patient/never"),
        ("DELETE", "/Patient/never"),
    ):
        reply = await client.request(method, path, headers=named)
        assert reply.headers["x-request-id"] == "abc-1"
        assert reply.headers["cache-control"].startswith("private")
    odd = await client.get("/Patient/never", headers={"X-Request-Id": "a\tb c"})
    assert odd.headers["x-request-id"] != "a\tb c"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/Patient/a/b/c/d", 404),
        ("POST", "/Patient/a", 405),
        ("PUT", "/", 405),
        ("TRACE", "/Patient/a", 405),
        ("PROPFIND", "/Patient", 405),
        ("GET", "/Patient/$nonsense", 404),
        ("GET", "/Patient/%00", 404),
        ("GET", "/Patient/..%2f..%2fetc", 404),
        ("PUT", "/Patient/%E5%BC%A0", 400),
    ],
)
async def test_every_failure_is_an_operation_outcome(web: Web, method: str, path: str, status: int) -> None:
    """Checklist line 105."""
    client = await web.client()
    reply = await client.request(method, path, content=b'{"resourceType":"Patient"}', headers=JSON)
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "application/fhir+json; charset=utf-8",
    )
    assert issue(reply)["severity"] == "error"


async def test_what_is_no_http(web: Web) -> None:
    """Checklist line 105: bytes that are no HTTP get an OperationOutcome too."""
    port = int(web.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"NONSENSE\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"application/fhir+json" in head
    assert json.loads(body)["resourceType"] == "OperationOutcome"


async def test_our_own_failure_shows_nothing_of_the_inside(web: Web, monkeypatch: Any) -> None:
    """Checklist line 105: a 500 has a reference and the request's id, and no word of the inside."""

    async def broken(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("secret inside")

    client = await web.client()
    monkeypatch.setattr(web.platform.store.resources.__class__, "read", broken)
    reply = await client.get("/Patient/x", headers={"X-Request-Id": "abc-2"} | APP)
    assert (reply.status_code, issue(reply)["code"]) == (500, "exception")
    assert "secret" not in reply.text
    assert "RuntimeError" not in reply.text
    assert reply.headers["x-request-id"] == "abc-2"
    assert reply.headers["access-control-allow-origin"] == "*"


async def test_401_before_any_data(web: Web) -> None:
    """Checklist line 72: a stranger learns nothing, not even by his mistakes."""
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    bad: dict[str, Any] = {"content": b"{", "headers": JSON}
    for reply in (
        await web.http.get(f"{web.fhir}/Patient/{id}"),
        await web.http.get(f"{web.fhir}/Patient/never"),
        await web.http.get(f"{web.fhir}/Patient?birthdate=soon"),
        await web.http.post(f"{web.fhir}/Patient", **bad),
        await web.http.post(f"{web.fhir}/Patient/_search", content=b"%", headers={"Content-Type": "text/x"}),
        await web.http.post(f"{web.fhir}/", **bad),
        await web.http.patch(f"{web.fhir}/Patient/{id}", **bad),
        await web.http.delete(f"{web.fhir}/Patient/{id}"),
        await web.http.get(f"{web.fhir}/_history"),
        await web.http.get(f"{web.fhir}/Binary/{id}", headers={"Accept": "image/png"}),
        await web.http.get(f"{web.fhir}/Patient/{id}", headers={"Authorization": "Bearer x"}),
    ):
        assert (reply.status_code, issue(reply)["code"]) == (401, "login")
        assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_origins_are_a_setting(database: tuple[str, str], tmp_path: Any) -> None:
    """Checklist line 106."""
    serving = served(*database, tmp_path / "data", cors_origins="https://app.example")
    async with serving as platform, http_client() as http:
        url = f"{platform.settings.address}/fhir/metadata"
        known = await http.get(url, headers=APP)
        other = await http.get(url, headers={"Origin": "https://evil.example"})
    assert known.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("path", ["/fhir/Patient/", "/fhir/metadata//", "/login/", "/healthz/"])
async def test_a_trailing_slash_leads_nowhere_else(web: Web, path: str) -> None:
    """A redirect would follow the Host header."""
    client = await web.client()
    headers = dict(client.headers) | {"Host": "elsewhere.example"}
    base = web.fhir.removesuffix("/fhir")
    plain = await web.http.get(base + path.rstrip("/"), headers=headers)
    reply = await web.http.get(base + path, headers=headers)
    assert (reply.status_code, reply.headers.get("location")) == (plain.status_code, None)


async def test_metadata_takes_get_alone(web: Web) -> None:
    client = await web.client()
    for reply in (await client.post("/metadata", json={}), await client.delete("/metadata")):
        assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")
