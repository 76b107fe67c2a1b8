"""Clients that prove themselves with keys: backend services, and apps.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import asyncio
import time
import uuid
from typing import Any

import httpx
import pytest
from joserfc.jwk import Key

from auth.store import clients
from tests.support.smart_app import CALLBACK, App, Scene
from tests.support.web import Web
from tests.unit.auth.authorization_server.conftest import ASSERTION_TYPE, EC, JWKS, RSA, signed

KEYS = ((RSA, "RS384"), (EC, "ES384"))


def assertion(web: Web, client: str, key: Key = EC, alg: str = "ES384", **changed: Any) -> dict[str, str]:
    """The form fields of a good client assertion, `changed`."""
    good = {
        "iss": client,
        "sub": client,
        "aud": f"{web.address}/oauth/token",
        "exp": int(time.time()) + 300,
        "jti": uuid.uuid4().hex,
    }
    header = {name: changed.pop(name) for name in ("kid", "jku", "alg_said") if name in changed}
    claims = {name: value for name, value in (good | changed).items() if value is not None}
    text = signed(claims, key, alg, **header)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": text}


async def ask(web: Web, **form: str) -> httpx.Response:
    """POST to the token endpoint."""
    return await web.http.post(f"{web.address}/oauth/token", data=form)


async def backend(web: Web, scope: str = "system/*.rs") -> str:
    """A backend service; its id."""
    record, _ = await clients.register(
        web.platform.database, name="HTEST backend", scope=scope, regional=True, jwks=JWKS
    )
    return record.id


@pytest.mark.parametrize(("key", "alg"), KEYS)
async def test_an_app_with_keys(scene: Scene, key: Key, alg: str) -> None:
    """SMART kit line 65; RFC 9700 line 25."""
    record, _ = await clients.register(
        scene.web.platform.database, name="HTEST keys", redirect_uris=[CALLBACK], jwks=JWKS,
        scope="openid launch/patient patient/*.rs offline_access",
    )  # fmt: skip
    app, web = App(scene.web, record, None), scene.web
    code = await app.code(scene.resident, scope="launch/patient patient/*.rs offline_access")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    proof = assertion(web, record.id, key, alg)
    body = (await ask(web, **form, code_verifier=app.verifier, **proof)).json()
    assert (await app.read(body["access_token"])).status_code == 200
    refresh = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    bare = await ask(web, **refresh, client_id=record.id)
    assert (bare.status_code, bare.json()["error"]) == (401, "invalid_client")
    again = await ask(web, **refresh, **assertion(web, record.id, key, alg))
    assert again.status_code == 200


async def test_backend_services(web: Web) -> None:
    """SMART kit lines 73, 74, 75, 76 and 77."""
    client = await backend(web)
    grant = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    good = await ask(web, **grant, **assertion(web, client))
    assert good.status_code == 200
    body = good.json()
    assert body["access_token"]
    assert (body["token_type"].lower(), body["scope"]) == ("bearer", "system/*.rs")
    assert 0 < body["expires_in"] <= 300
    assert "refresh_token" not in body
    bad = await ask(web, **grant | {"grant_type": "not_a_grant_type"}, **assertion(web, client))
    assert bad.status_code == 400
    type = {"client_assertion_type": "not_an_assertion_type"}
    assert (await ask(web, **grant, **assertion(web, client) | type)).status_code == 401
    assert (
        await ask(web, **grant, **assertion(web, client) | {"client_assertion": "x.y.z"})
    ).status_code == 401


async def test_what_the_kits_never_send(web: Web) -> None:
    """RFC 9700 line 27: signature, aud, exp, jti, kid, iss and sub, each wrong in turn."""
    client, other = await backend(web), await backend(web)
    grant = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    now = int(time.time())
    for changed in (
        {"aud": web.address + "/fhir"},
        {"aud": [web.address]},
        {"aud": None},
        {"exp": now - 60},
        {"exp": now + 3600},
        {"exp": None},
        {"jti": None},
        {"iss": other},
        {"sub": other},
        {"kid": "unknown"},
        {"kid": None},
        {"jku": "https://evil.example/keys"},
        {"iat": now + 600},
    ):
        reply = await ask(web, **grant, **assertion(web, client, **changed))
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client"), changed
    once = assertion(web, client)
    replies = await asyncio.gather(*(ask(web, **grant, **once) for _ in range(10)))
    assert sorted(reply.status_code for reply in replies) == [200] + [401] * 9
    forged = assertion(web, client)
    head, _, tail = forged["client_assertion"].rpartition(".")
    forged["client_assertion"] = f"{head}.{tail[:-4]}AAAA"
    assert (await ask(web, **grant, **forged)).status_code == 401


async def test_a_key_set_on_the_own_network_is_never_fetched(web: Web) -> None:
    """RFC 9700 line 28."""
    record, _ = await clients.register(
        web.platform.database, name="HTEST", scope="system/*.rs", regional=True,
        jwks_uri="https://localhost:1/keys",
    )  # fmt: skip
    grant = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    reply = await ask(web, **grant, **assertion(web, record.id))
    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")


async def test_the_token_endpoint_is_never_at_fault(web: Web) -> None:
    """RFC 9700 lines 34 and 37."""
    url = f"{web.address}/oauth/token"
    for content, kind in (
        (b"", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"grant_type=%22", "application/x-www-form-urlencoded"),
        ("grant_type=病".encode(), "application/x-www-form-urlencoded"),
        (b"a=1&a=2", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ):
        reply = await web.http.post(url, content=content, headers={"Content-Type": kind})
        assert reply.status_code == 400, content
        assert reply.headers["cache-control"] == "no-store"
        assert reply.json()["error"]
        assert "Traceback" not in reply.text
    odd = {"Authorization": b"Basic \xff\xfe", "Content-Type": "application/x-www-form-urlencoded"}
    reply = await web.http.post(url, content=b"grant_type=client_credentials", headers=odd)  # type: ignore[arg-type]
    assert reply.status_code == 401
    assert (await web.http.get(url)).status_code == 405
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    found = (await web.http.get(f"{web.address}/.well-known/openid-configuration", headers=headers)).json()
    assert found["issuer"] == web.address
