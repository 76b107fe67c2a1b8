"""OAuth 2.0 endpoints: /oauth/token, /oauth/jwks and the two discovery documents.

RFC 6749 section 3.2, RFC 8414, SMART App Launch 2.2. Only what works is served. Authlib's core is
synchronous, so the token endpoint runs it in the thread pool.
"""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from auth.audit.recorder import Recorder
from auth.authorization_server import AuthorizationServer, Reply
from auth.authorization_server.form import LARGEST
from auth.authorization_server.metadata import key_set, metadata
from auth.smart.configuration import smart_configuration

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def router(server: AuthorizationServer, recorder: Recorder) -> APIRouter:
    """The routes of one platform's authorization server; every decision about a client is audited."""
    routes = APIRouter()

    @routes.api_route("/oauth/token", methods=_METHODS, include_in_schema=False)
    async def token(request: Request) -> JSONResponse:
        reply = await run_in_threadpool(
            server.token,
            request.method,
            request.headers.get("content-type", ""),
            request.headers.getlist("authorization"),
            request.url.query,
            await _body(request),
        )
        if reply.client or reply.status == 401:
            await recorder.record(_record(reply, request))
        return JSONResponse(dict(reply.body), reply.status, dict(reply.headers))

    @routes.get("/oauth/jwks", include_in_schema=False)
    def jwks() -> JSONResponse:
        return JSONResponse(key_set(), headers=_ANY_ORIGIN)

    @routes.get("/.well-known/openid-configuration", include_in_schema=False)
    def openid_configuration() -> JSONResponse:
        return JSONResponse(metadata(server.issuer), headers=_ANY_ORIGIN)

    @routes.get("/fhir/.well-known/smart-configuration", include_in_schema=False)
    def configuration() -> JSONResponse:
        return JSONResponse(smart_configuration(server.issuer), headers=_ANY_ORIGIN)

    return routes


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            break
    return bytes(body)


def _record(reply: Reply, request: Request) -> AuditRecord:
    return AuditRecord(
        agent=Agent("system", reply.client, reply.name, client_id=reply.client) if reply.client else NOBODY,
        interaction=Interaction.TOKEN,
        outcome=Outcome.of_status(reply.status),
        reason=reply.body.get("error_description") if reply.status >= 400 else None,
        peer=request.client.host if request.client else None,
    )
