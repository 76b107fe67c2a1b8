"""Discovery: what apps find before they know anything.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import asyncio
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from auth.store import clients
from fhir.validation import validate
from services.config import Settings
from services.failure import WrongArgument
from tests.support.certificates import Authority
from tests.support.web import Web

SMART = "/fhir/.well-known/smart-configuration"
OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"
ORIGIN = {"Origin": "https://app.example"}
EHR = (
    "launch-ehr client-confidential-symmetric client-confidential-asymmetric sso-openid-connect "
    "context-banner context-style context-ehr-patient context-ehr-encounter permission-offline "
    "permission-user authorize-post permission-v2 permission-v1"
)
STANDALONE = (
    "launch-standalone client-public client-confidential-symmetric client-confidential-asymmetric "
    "sso-openid-connect context-standalone-patient permission-offline permission-patient authorize-post "
    "permission-v2 permission-v1"
)


async def document(web: Web, path: str, **headers: str) -> dict[str, Any]:
    """A document, as JSON whatever is accepted."""
    reply = await web.http.get(web.address + path, headers=ORIGIN | headers)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["access-control-allow-origin"] in ("*", ORIGIN["Origin"])
    found: dict[str, Any] = reply.json()
    return found


async def test_smart_configuration(web: Web) -> None:
    """SMART kit lines 1, 2, 3, 4, 5, 6, 7, 9, 10 and 11."""
    for accept in ("application/json", "text/html", "application/fhir+json", "*/*"):
        found = await document(web, SMART, accept=accept)
    assert set(EHR.split() + STANDALONE.split()) <= set(found["capabilities"])
    assert all(isinstance(each, str) for each in found["capabilities"])
    assert "authorization_code" in found["grant_types_supported"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["issuer"] == web.address
    for name, value in found.items():
        if name.endswith(("_endpoint", "_uri", "_bundle")):
            assert urlsplit(value).netloc == urlsplit(web.address).netloc, name
    assert {"authorization_endpoint", "token_endpoint", "introspection_endpoint"} <= found.keys()


async def test_metadata_has_cors_too(web: Web) -> None:
    """SMART kit line 8."""
    reply = await web.http.get(f"{web.fhir}/metadata", headers=ORIGIN)
    assert reply.headers["access-control-allow-origin"] in ("*", ORIGIN["Origin"])


async def test_the_documents_agree(web: Web) -> None:
    """RFC 9700 lines 13 and 36; SMART kit lines 34, 35 and 36."""
    smart, openid, oauth = [await document(web, path) for path in (SMART, OPENID, OAUTH)]
    assert openid == oauth
    assert all(smart[name] == openid[name] for name in smart.keys() & openid.keys())
    assert openid["authorization_response_iss_parameter_supported"] is True
    assert openid["response_types_supported"] == ["code"]
    assert openid["subject_types_supported"] == ["public"]
    assert "RS256" in openid["id_token_signing_alg_values_supported"]
    keys = (await web.http.get(openid["jwks_uri"])).json()["keys"]
    assert all(key["kty"] == "RSA" and key["kid"] for key in keys)


@pytest.mark.parametrize("name", ["authorization", "token", "introspection", "revocation", "userinfo"])
async def test_every_address_that_is_told_exists(web: Web, name: str) -> None:
    found = await document(web, OPENID)
    reply = await web.http.get(found[f"{name}_endpoint"])
    assert reply.status_code in (400, 401, 405)


async def test_brands(web: Web) -> None:
    """SMART kit lines 90, 92, 93, 94 and 95."""
    smart = await document(web, SMART)
    reply = await web.http.get(smart["user_access_brand_bundle"], headers=ORIGIN)
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    tag = reply.headers["etag"]
    again = await web.http.get(smart["user_access_brand_bundle"], headers={"If-None-Match": tag})
    assert again.status_code == 304
    bundle = reply.json()
    assert bundle["type"] == "collection"
    assert bundle["timestamp"]
    assert not [issue for issue in validate(bundle) if issue.severity in ("error", "fatal")]
    brand, endpoint = [entry["resource"] for entry in bundle["entry"]]
    assert smart["user_access_brand_identifier"] in brand["identifier"]
    own = {each["reference"] for each in brand["endpoint"]}
    portal = {
        each["valueReference"]["reference"]
        for extension in brand["extension"]
        for each in extension["extension"]
        if each["url"] == "portalEndpoint"
    }
    assert portal <= own == {f"Endpoint/{endpoint['id']}"}
    assert (await web.http.get(f"{endpoint['address']}/metadata")).status_code == 200
    assert (await web.http.get(endpoint["contact"][0]["value"])).status_code == 200


async def test_the_token_endpoint_is_open_to_registered_origins_alone(web: Web) -> None:
    """RFC 9700 line 32."""
    await clients.register(
        web.platform.database, name="HTEST", scope="openid", redirect_uris=["https://app.example/cb"]
    )
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for origin, known in (("https://app.example", True), ("https://evil.example", False), ("null", False)):
        for path in ("token", "revoke", "introspect", "userinfo"):
            url = f"{web.address}/oauth/{path}"
            reply = await web.http.options(url, headers=asked | {"Origin": origin})
            assert ("access-control-allow-origin" in reply.headers) is known, (origin, path)
            assert reply.headers["vary"] == "Origin"
        posted = await web.http.post(f"{web.address}/oauth/token", data={}, headers={"Origin": origin})
        assert ("access-control-allow-origin" in posted.headers) is known
        assert "access-control-allow-credentials" not in posted.headers


async def test_old_tls_is_not_spoken(tmp_path: Path) -> None:
    """SMART kit line 12; RFC 9700 line 33: TLS 1.2 or newer, and an https issuer beyond this machine."""
    certificate = Authority(tmp_path).sign("localhost")
    config = uvicorn.Config(lambda: None, ssl_certfile=certificate, ssl_keyfile=certificate)
    config.load()
    context = ssl.create_default_context(cafile=str(tmp_path / "HTEST authority.pem"))
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert config.ssl is not None
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=config.ssl)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises((ssl.SSLError, OSError)):
            await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
        context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="localhost")
        writer.close()
    with pytest.raises(WrongArgument, match="https"):
        Settings.read(base_url="http://furong.example")
