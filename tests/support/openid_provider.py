"""A small OpenID provider on a loopback socket: code flow, PKCE, ID tokens; each part can be made wrong.

Nobody is asked anything there: whoever comes is the person of `claims`.
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from tests.support.web import free_socket

CLIENT, SECRET = "furong", "a secret of the provider's"


@dataclass
class OpenIDProvider:
    """The provider: `claims` are the person's, `token` replaces claims of its ID tokens (None removes)."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "person-1"})
    token: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = field(default_factory=lambda: jwk.RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.about),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.exchange, methods=["POST"]),
            ]
        )

    async def about(self, request: Request) -> JSONResponse:
        self.fetched.append("about")
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
            | self.discovery
        )

    async def keys(self, request: Request) -> JSONResponse:
        self.fetched.append("keys")
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer} | self.answer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def exchange(self, request: Request) -> JSONResponse:
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        verifier = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if request.headers.get("authorization") != basic or form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_client"}, 401)
        reply = {"access_token": "x", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}
        return JSONResponse(reply, headers={"Cache-Control": "no-store"})

    def id_token(self, nonce: str) -> str:
        """The signed token for a request's nonce."""
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce}
        claims = usual | self.claims | self.token
        key = self.signs_with or self.key
        header = {"alg": self.algorithm, "kid": key.kid or "one"}
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header, told, key, algorithms=[self.algorithm])


@asynccontextmanager
async def provided() -> AsyncIterator[OpenIDProvider]:
    """A provider while it serves."""
    listening = free_socket()
    provider = OpenIDProvider(f"http://localhost:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.application(), log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        await serving
