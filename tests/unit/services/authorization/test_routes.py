"""OAuth endpoints over HTTP: the token endpoint, its audit, and the discovery documents."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pymongo import MongoClient

from auth.audit.archive import Archive
from auth.audit.recorder import Recorder
from auth.authorization_server import AuthorizationServer
from auth.authorization_server.issuing import METHODS
from auth.authorization_server.signing_keys import SigningKeys
from auth.rate_limits import RateLimits, Rates
from auth.store import clients
from auth.store.database import Database
from auth.store.tokens import Tokens
from auth.tokens import authenticate
from fhir.store.changes import Changes
from fhir.store.vault import Vault
from services.authorization.cors import Origins
from services.authorization.routes import Surroundings, router

ISSUER = "https://furong.example"


@pytest.fixture
async def archive(base: Database) -> Archive:
    return Archive(base, Vault(base["keys"], b"0" * 32))


@pytest.fixture
async def http(base: Database, database: tuple[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    uri, name = database
    vault = Vault(base["keys"], b"0" * 32)
    recorder, keys = Recorder(base, vault), SigningKeys(base, vault)
    app = FastAPI(openapi_url=None)
    blocking: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
    with blocking:
        server = AuthorizationServer(blocking[name], ISSUER, keys.sign)
        limits = RateLimits(base, Rates(), str)
        app.include_router(router(server, keys, Surroundings(recorder, base, Origins(base, "*"), limits)))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://any.example") as client:
            yield client
        await recorder.close()


@pytest.fixture
async def client(base: Database) -> tuple[str, str]:
    record, secret = await clients.register(
        base, name="HTEST clinic", scope="system/*.rs", organization="Organization/h", regional=False
    )
    assert secret is not None
    return record.id, secret


GRANT = {"grant_type": "client_credentials"}


async def test_a_token_that_works(http: httpx.AsyncClient, base: Database, client: tuple[str, str]) -> None:
    reply = await http.post("/oauth/token", data=GRANT, auth=client)
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["pragma"] == "no-cache"
    assert reply.headers["content-type"] == "application/json"
    principal = await authenticate(Tokens(base, Changes(base)), [f"Bearer {reply.json()['access_token']}"])
    assert principal.organization == "Organization/h"


async def test_success_and_failure_are_audited_without_the_token_or_secret(
    http: httpx.AsyncClient, client: tuple[str, str], archive: Archive
) -> None:
    token = (await http.post("/oauth/token", data=GRANT, auth=client)).json()["access_token"]
    await http.post("/oauth/token", data=GRANT, auth=(client[0], "wrong-secret"))
    await http.post("/oauth/token", data=GRANT | {"scope": "openid"}, auth=client)
    events = await archive.search(None)
    assert [event["outcome"] for event in reversed(events)] == ["0", "4", "4"]
    text = str(events)
    assert "HTEST clinic" in text
    assert not any(hidden in text for hidden in (token, client[1], "wrong-secret"))


async def test_no_token_leaves_without_its_audit(
    http: httpx.AsyncClient, base: Database, client: tuple[str, str]
) -> None:
    await base.command("collMod", "audit", validator={"never": {"$exists": True}})
    with pytest.raises(Exception, match="audit record could not be written"):
        await http.post("/oauth/token", data=GRANT, auth=client)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_post(http: httpx.AsyncClient, method: str) -> None:
    reply = await http.request(method, "/oauth/token")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "POST"
    assert reply.json()["error"] == "invalid_request"


async def test_an_endless_body_is_not_read(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"a" * 65_536

    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = await http.post("/oauth/token", content=endless(), headers=headers)
    assert reply.status_code == 400
    assert sent < 5


async def test_two_authorization_headers(http: httpx.AsyncClient, client: tuple[str, str]) -> None:
    header = httpx.BasicAuth(*client)._auth_header
    reply = await http.post("/oauth/token", data=GRANT, headers=[("authorization", header)] * 2)
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/fhir/.well-known/smart-configuration"]
)
async def test_discovery_says_only_what_works(http: httpx.AsyncClient, path: str) -> None:
    reply = await http.get(path, headers={"accept": "text/plain", "origin": "https://app.example"})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] == "*"
    document: dict[str, Any] = reply.json()
    assert document["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert "authorization_code" in document["grant_types_supported"]
    assert not {"implicit", "password"} & set(document["grant_types_supported"])
    assert document["token_endpoint_auth_methods_supported"] == list(METHODS)
    assert sorted(document["token_endpoint_auth_signing_alg_values_supported"]) == ["ES384", "RS384"]
    assert document["code_challenge_methods_supported"] == ["S256"]


async def test_the_host_header_does_not_change_the_issuer(http: httpx.AsyncClient) -> None:
    reply = await http.get("/.well-known/openid-configuration", headers={"host": "evil.example"})
    assert reply.json()["issuer"] == ISSUER
    assert "evil" not in reply.text


async def test_key_set(http: httpx.AsyncClient) -> None:
    reply = await http.get("/oauth/jwks")
    (key,) = reply.json()["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert not {"d", "p", "q"} & key.keys()
    assert reply.headers["cache-control"] == "public, max-age=300"
