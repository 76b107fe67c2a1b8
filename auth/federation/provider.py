"""Outside OpenID provider: its discovery document, its keys, and the authorization code flow with it.

OpenID Connect Core 1.0 section 3.1, Discovery 1.0, RFC 7636 (PKCE, S256), RFC 9207 (`iss`); through Authlib.
"""

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from httpx2 import HTTPError, InvalidURL

from auth import secret
from auth.federation.id_token import BadToken, verified

_PATIENCE = 10.0
_KEPT = 600.0
_LONGEST = 1_000_000


class ProviderRefused(Exception):
    """The outside log-in came to nothing; the text says why and names nobody."""


@dataclass(frozen=True, slots=True)
class Registration:
    """How this platform is registered with the provider."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str = "openid"


@dataclass(frozen=True, slots=True)
class Begun:
    """An authorization request: where the browser goes, and what its answer is held against."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider, as one process knows it; documents are kept for ten minutes."""

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}

    async def begin(self) -> Begun:
        """Begin a log-in. ProviderRefused where the provider can't be reached."""
        state, nonce, verifier = secret.new(), secret.new(), secret.new() + secret.new()
        endpoint = await self._endpoint("authorization_endpoint")
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                endpoint, state=state, nonce=nonce, code_verifier=verifier, response_type="code"
            )
        if create_s256_code_challenge(verifier) not in url:
            raise ProviderRefused("the request would go out without PKCE")
        return Begun(str(url), state, nonce, verifier)

    async def finish(self, begun: Begun, answer: Mapping[str, str]) -> dict[str, Any]:
        """The claims of the person who comes back with `answer`. ProviderRefused."""
        if not answer.get("state") or answer["state"] != begun.state:
            raise ProviderRefused("the state is another one")
        if answer.get("iss", self.registration.issuer) != self.registration.issuer:
            raise ProviderRefused("the answer is another issuer's")
        if "error" in answer or not answer.get("code"):
            raise ProviderRefused("the provider gave no code")
        token = await self._token(begun, answer["code"])
        try:
            return await self._verified(token, begun.nonce)
        except BadToken as bad:
            raise ProviderRefused(f"the ID token is not valid: {bad}") from None

    async def _token(self, begun: Begun, code: str) -> str:
        endpoint = await self._endpoint("token_endpoint")
        try:
            async with self._client() as client:
                reply = await client.fetch_token(
                    endpoint, code=code, code_verifier=begun.verifier, grant_type="authorization_code"
                )
        except (AuthlibBaseError, HTTPError, ValueError, TypeError, AttributeError) as error:
            raise ProviderRefused(f"the code was not taken ({type(error).__name__})") from None
        token = reply.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefused("the provider gave no ID token")
        return token

    async def _verified(self, token: str, nonce: str) -> dict[str, Any]:
        """Under the keys that are known; where they don't verify it, under those of now."""
        address = await self._endpoint("jwks_uri")
        known = address in self._documents
        expected = {"issuer": self.registration.issuer, "client": self.registration.client_id, "nonce": nonce}
        try:
            return verified(token, await self._document(address), **expected)
        except BadToken as bad:
            if not known or "verified" not in str(bad):
                raise
        del self._documents[address]
        return verified(token, await self._document(address), **expected)

    async def _endpoint(self, name: str) -> str:
        issuer = self.registration.issuer
        about = await self._document(issuer.rstrip("/") + "/.well-known/openid-configuration")
        if about.get("issuer") != issuer:
            raise ProviderRefused("the discovery document is another issuer's")
        address = about.get(name)
        if not isinstance(address, str) or not secure(address):
            raise ProviderRefused(f"the discovery document names no secure {name}")
        return address

    async def _document(self, address: str) -> dict[str, Any]:
        kept = self._documents.get(address)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        try:
            async with self._client() as client:
                reply = await client.request("GET", address, withhold_token=True)
                found = reply.json() if reply.status_code == 200 and len(reply.content) < _LONGEST else None
        except (HTTPError, InvalidURL, ValueError) as error:
            raise ProviderRefused(f"the provider can't be reached ({type(error).__name__})") from None
        if not isinstance(found, dict):
            raise ProviderRefused("the provider's documents can't be read")
        self._documents[address] = (time.monotonic() + _KEPT, found)
        return found

    def _client(self) -> AsyncOAuth2Client:
        known = self.registration
        return AsyncOAuth2Client(
            known.client_id,
            known.client_secret,
            scope=known.scope,
            redirect_uri=known.redirect_uri,
            code_challenge_method="S256",
            timeout=_PATIENCE,
        )


def secure(address: str) -> bool:
    """Is an address https, or on this machine itself?"""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return bool(host)
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    return parts.scheme == "http" and loopback
