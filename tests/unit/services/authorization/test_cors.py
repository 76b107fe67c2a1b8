"""CORS of the token endpoint (RFC 9700 line 32): the origins of registered apps, and those that are named."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from auth.store import clients
from auth.store.database import Database
from services.authorization.cors import Origins


def asked(origin: str | None) -> Request:
    headers = [(b"origin", origin.encode())] if origin else []
    return Request({"type": "http", "method": "OPTIONS", "path": "/oauth/token", "headers": headers})


@pytest.fixture
async def origins(base: Database) -> Origins:
    await clients.register(
        base, name="x", scope="openid", redirect_uris=["https://app.example/cb", "com.example.app:/cb"]
    )
    await clients.register(
        base, name="y", scope="openid", redirect_uris=["https://late.example/"], pending=True
    )
    return Origins(base, "*, https://named.example")


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        ("https://app.example", True),
        ("https://named.example", True),
        ("https://app.example:8443", False),
        ("http://app.example", False),
        ("https://late.example", False),
        ("*", False),
        ("null", False),
        ("com.example.app:", False),
        (None, False),
    ],
)
async def test_who_may_read(origins: Origins, origin: str | None, known: bool) -> None:
    for response in (
        await origins.allow(asked(origin), Response()),
        await origins.preflight(asked(origin)),
    ):
        assert response.headers.get("access-control-allow-origin") == (origin if known else None)
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers


async def test_a_client_that_is_ended_is_no_origin(base: Database, origins: Origins) -> None:
    for client in await clients.every(base):
        await clients.disable(base, client.id)
    response = await origins.preflight(asked("https://app.example"))
    assert "access-control-allow-origin" not in response.headers
