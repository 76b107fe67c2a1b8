"""A provider on a real socket, and what comes back from it to a browser."""

from collections.abc import AsyncIterator

import httpx
import pytest

from auth.federation.provider import Begun, Provider, Registration
from tests.support.http_client import http_client
from tests.support.openid_provider import CLIENT, SECRET, OpenIDProvider, provided

BACK = "http://localhost:8080/login/federated/callback"


@pytest.fixture
async def outside() -> AsyncIterator[OpenIDProvider]:
    async with provided() as provider:
        yield provider


@pytest.fixture
def provider(outside: OpenIDProvider) -> Provider:
    return Provider(Registration(outside.issuer, CLIENT, SECRET, BACK))


async def visit(begun: Begun) -> dict[str, str]:
    """What a browser brings back from the provider's address."""
    async with http_client() as browser:
        reply = await browser.get(begun.url)
    assert reply.headers["location"].startswith(BACK)
    return dict(httpx.URL(reply.headers["location"]).params)
