"""A viewer of SMART Health Links, written against the specification alone (RFC 7516 by hand)."""

import base64
import json
import zlib
from typing import Any

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload(link: str) -> dict[str, Any]:
    _, scheme, body = link.partition("shlink:/")
    assert scheme
    return dict(json.loads(raw(body)))


def opened(jwe: str, key: str) -> dict[str, Any]:
    header, wrapped, nonce, sealed, tag = jwe.split(".")
    said = json.loads(raw(header))
    assert (said["alg"], said["enc"], said["cty"]) == ("dir", "A256GCM", "application/fhir+json")
    assert wrapped == ""
    plain = AESGCM(raw(key)).decrypt(raw(nonce), raw(sealed) + raw(tag), header.encode())
    return dict(json.loads(zlib.decompress(plain, -15) if said.get("zip") == "DEF" else plain))


async def asked(link: str, recipient: str = "HTEST 王医生", **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(payload(link)["url"], json={"recipient": recipient} | more)


async def fetched(link: str, recipient: str = "HTEST 王医生", **more: Any) -> dict[str, Any]:
    reply = await asked(link, recipient, **more)
    assert reply.status_code == 200, reply.text
    assert reply.headers["access-control-allow-origin"] == "*"
    (file,) = reply.json()["files"]
    assert file["contentType"] == "application/fhir+json"
    return opened(file["embedded"], payload(link)["key"])
