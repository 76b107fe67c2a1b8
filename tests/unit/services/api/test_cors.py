from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.responses import Response

from services.api.cors import CrossOrigin


async def headers(path: str, origins: str, origin: str | None = "https://app.example") -> dict[str, str]:
    """What a reply to a request of `origin` carries."""
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    given = [] if origin is None else [(b"origin", origin.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "headers": given}
    await CrossOrigin(Response(), origins)(scope, receive, send)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("path", "origins", "allowed"),
    [
        ("/fhir/Patient", "*", "*"),
        ("/oauth/token", "*", None),  # it knows its own: the origins of registered apps
        ("/oauth/authorize", "*", None),
        ("/oauth/consent/x", "*", None),
        ("/oauth/jwks", "*", "*"),
        ("/.well-known/openid-configuration", "*", "*"),
        ("/login", "*", None),
        ("/clinician", "*", None),
        ("/fhir/Patient", "https://app.example, https://b.example", "https://app.example"),
        ("/fhir/Patient", "https://b.example", None),
        ("/fhir/Patient", "", None),
    ],
)
async def test_which_addresses_are_open_to_whom(path: str, origins: str, allowed: str | None) -> None:
    """Checklist line 106."""
    found = await headers(path, origins)
    assert found.get("access-control-allow-origin") == allowed
    assert "access-control-allow-credentials" not in found
    assert "access-control-allow-origin" not in await headers(path, origins, None)
