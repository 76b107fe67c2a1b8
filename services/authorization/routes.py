"""OAuth 2.0 endpoints for apps and systems, and the documents by which they find them.

RFC 6749 section 3.2, RFC 7009, RFC 7662, RFC 7591, RFC 8414, SMART App Launch 2.2. Authlib's core is
synchronous, so the endpoints run it in the thread pool. `/oauth/authorize` is a page of `services.portal`.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from auth import moment
from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from auth.audit.recorder import Recorder
from auth.authorization_server import AuthorizationServer, Reply, registration
from auth.authorization_server.form import LARGEST
from auth.authorization_server.metadata import metadata
from auth.authorization_server.signing_keys import CACHED, SigningKeys
from auth.authorization_server.userinfo import userinfo
from auth.rate_limits import RateLimits, Throttled
from auth.smart.brands import STYLE, brands
from auth.smart.configuration import smart_configuration
from auth.store.database import Database
from services.alarms.alarm import Kind
from services.alarms.alarms import Alarms
from services.authorization.cors import Origins

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
_KEYS = _ANY_ORIGIN | {"Cache-Control": f"public, max-age={CACHED}"}
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the endpoints of one platform work with; what a security officer should see sounds at `alarms`."""

    recorder: Recorder
    database: Database
    origins: Origins
    limits: RateLimits
    alarms: Alarms | None = None


def router(server: AuthorizationServer, keys: SigningKeys, around: Surroundings) -> APIRouter:
    """The routes of one platform's authorization server; every decision about a client is audited."""
    routes = APIRouter()
    _tokens(routes, server, keys, around)
    _revocation(routes, server, around)
    _userinfo(routes, server, around.origins)
    _registration(routes, around)
    _documents(routes, server, keys)
    return routes


def _tokens(routes: APIRouter, server: AuthorizationServer, keys: SigningKeys, around: Surroundings) -> None:
    origins = around.origins

    @routes.api_route("/oauth/token", methods=_METHODS, include_in_schema=False)
    async def token(request: Request) -> Response:
        if request.method == "OPTIONS":
            return await origins.preflight(request)
        if (refused := await _throttled(request, around)) is not None:
            return refused
        await keys.load()
        reply = await run_in_threadpool(
            server.token,
            request.method,
            request.headers.get("content-type", ""),
            request.headers.getlist("authorization"),
            request.url.query,
            await _body(request),
        )
        if reply.client or reply.status == 401:
            await around.recorder.record(_record(reply, request))
        if reply.alarm and around.alarms is not None:
            await around.alarms.sound(Kind.CLIENT, reply.alarm, client=reply.client or "unknown")
        return await origins.allow(request, _json(reply))


def _revocation(routes: APIRouter, server: AuthorizationServer, around: Surroundings) -> None:
    origins = around.origins

    def endpoint(path: str, answer: Callable[[str, list[str], bytes], Reply]) -> None:
        @routes.api_route(path, methods=_METHODS, include_in_schema=False)
        async def answered(request: Request) -> Response:
            if request.method == "OPTIONS":
                return await origins.preflight(request)
            if request.method != "POST":
                body = {"error": "invalid_request", "error_description": "the endpoint takes POST"}
                return JSONResponse(body, 405, _NO_STORE | {"Allow": "POST"})
            if (refused := await _throttled(request, around)) is not None:
                return refused
            reply = await run_in_threadpool(
                answer,
                request.headers.get("content-type", ""),
                request.headers.getlist("authorization"),
                await _body(request),
            )
            await around.recorder.record(_record(reply, request, path.rpartition("/")[2]))
            return await origins.allow(request, _json(reply))

    endpoint("/oauth/revoke", server.revoke)
    endpoint("/oauth/introspect", server.introspect)


def _userinfo(routes: APIRouter, server: AuthorizationServer, origins: Origins) -> None:
    @routes.api_route("/oauth/userinfo", methods=["GET", "POST", "OPTIONS"], include_in_schema=False)
    async def info(request: Request) -> Response:
        if request.method == "OPTIONS":
            return await origins.preflight(request)
        reply = await run_in_threadpool(userinfo, server, request.headers.getlist("authorization"))
        return await origins.allow(request, _json(reply))


def _registration(routes: APIRouter, around: Surroundings) -> None:
    recorder, alarms = around.recorder, around.alarms

    @routes.post("/oauth/register", include_in_schema=False)
    async def register(request: Request) -> Response:
        if (refused := await _throttled(request, around)) is not None:
            return refused
        headers = request.headers.getlist("authorization")
        try:
            client, secret = await registration.register(around.database, headers, await _body(request))
        except registration.Unregistered as error:
            await recorder.record(_registered(request, Outcome.REFUSED, error.error, NOBODY))
            challenge = {"WWW-Authenticate": 'Bearer realm="furong"'} if error.status == 401 else {}
            body = {"error": error.error, "error_description": str(error)}
            return JSONResponse(body, error.status, _NO_STORE | challenge)
        agent = Agent("system", client.id, client.name, client_id=client.id)
        await recorder.record(_registered(request, Outcome.SUCCESS, "registered, waits for approval", agent))
        if alarms is not None:
            await alarms.sound(Kind.CLIENT, "an app waits for approval", client=client.id)
        shown = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
        return JSONResponse(registration.described(client) | shown, 201, _NO_STORE)


def _documents(routes: APIRouter, server: AuthorizationServer, keys: SigningKeys) -> None:
    issuer = server.issuer
    brand = json.dumps(brands(issuer, moment.now().isoformat()), ensure_ascii=False).encode()
    tag = f'"{hashlib.sha256(brand).hexdigest()[:16]}"'

    def document(path: str, content: Callable[[], Any]) -> None:
        @routes.get(path, include_in_schema=False)
        def shown() -> JSONResponse:
            return JSONResponse(content(), headers=_ANY_ORIGIN)

    document("/.well-known/openid-configuration", lambda: metadata(issuer))
    document("/.well-known/oauth-authorization-server", lambda: metadata(issuer))
    document("/fhir/.well-known/smart-configuration", lambda: smart_configuration(issuer))
    document("/smart-style.json", lambda: STYLE)

    @routes.get("/oauth/jwks", include_in_schema=False)
    async def jwks() -> JSONResponse:
        await keys.load()
        return JSONResponse(keys.key_set(), headers=_KEYS)

    @routes.get("/.well-known/smart-brands", include_in_schema=False)
    def brand_bundle(request: Request) -> Response:
        headers = _ANY_ORIGIN | {"ETag": tag, "Access-Control-Expose-Headers": "ETag"}
        if request.headers.get("if-none-match") == tag:
            return Response(None, 304, headers)
        return Response(brand, 200, headers, "application/fhir+json")


async def _throttled(request: Request, around: Surroundings) -> Response | None:
    """429 where one network address asks too often (RFC 6585 section 4), recorded; else None."""
    try:
        await around.limits.token(request.client.host if request.client else "")
    except Throttled as refusal:
        await around.recorder.record(_record(Reply(429, {"error": "throttled"}, {}), request))
        body = {"error": "temporarily_unavailable", "error_description": str(refusal)}
        headers = _NO_STORE | {"Retry-After": str(refusal.retry_after)}
        return await around.origins.allow(request, JSONResponse(body, 429, headers))
    return None


def _json(reply: Reply) -> JSONResponse:
    return JSONResponse(dict(reply.body), reply.status, dict(reply.headers))


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            break
    return bytes(body)


def _record(reply: Reply, request: Request, what: str | None = None) -> AuditRecord:
    agent = Agent("system", reply.client, reply.name, client_id=reply.client) if reply.client else NOBODY
    if reply.person is not None:
        agent = replace(Agent.of(reply.person), client_id=reply.client)
    reason = reply.body.get("error_description") or reply.body.get("error") if reply.status >= 400 else what
    return AuditRecord(
        agent=agent,
        interaction=Interaction.TOKEN,
        outcome=Outcome.of_status(reply.status),
        reason=reply.alarm or reason,
        peer=request.client.host if request.client else None,
    )


def _registered(request: Request, outcome: Outcome, reason: str, agent: Agent) -> AuditRecord:
    peer = request.client.host if request.client else None
    return AuditRecord(
        agent=agent, interaction=Interaction.CONFIGURE, outcome=outcome, reason=reason, peer=peer
    )
