"""Errors at the edge: every failure becomes an OperationOutcome; ours are logged and never shown.

FHIR R4 3.1.0.1.3 (http.html#Status-Codes) with the table of `fhir.outcome`.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.audit.recorder import NotRecordedError
from auth.rate_limits import Throttled
from fhir.outcome import Fault, Refusal
from fhir.store.failure import our_fault
from services.api.allow import allow
from services.api.patch_body import PATCHES
from services.api.reply import json_reply

_CHALLENGE = 'Bearer realm="furong"'
_BY_STATUS = {404: Fault.NOT_FOUND, 405: Fault.METHOD, 413: Fault.TOO_LARGE}


class Answered:
    """ASGI middleware: our fault is answered within the other middlewares and has their headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            await failed(Request(scope, receive), error)(scope, receive, send)


def refused(request: Request, refusal: Exception) -> Response:
    """The caller's fault, with its place."""
    assert isinstance(refusal, Refusal)
    reply = json_reply(refusal.as_outcome(), status=refusal.status)
    if challenge := getattr(refusal, "challenge", _CHALLENGE if refusal.status == 401 else None):
        reply.headers["WWW-Authenticate"] = challenge
    if isinstance(refusal, Throttled):
        reply.headers["Retry-After"] = str(refusal.retry_after)
    if refusal.fault is Fault.TOO_LARGE:
        reply.headers["Connection"] = "close"  # what is still being sent is not read
    if refusal.fault is Fault.MEDIA_TYPE and request.method == "PATCH":
        reply.headers["Accept-Patch"] = ", ".join(PATCHES)
    if refusal.fault is Fault.METHOD:
        reply.headers["Allow"] = allow(request)
    return reply


def unrouted(request: Request, error: Exception) -> Response:
    """No such address or method."""
    assert isinstance(error, HTTPException)
    fault = _BY_STATUS.get(error.status_code, Fault.PARAMETER)
    text = {404: "there is nothing at this address", 405: "this address does not take this method"}
    reply = refused(request, Refusal(fault, text.get(error.status_code, "the request can't be read")))
    if fault is not Fault.METHOD:
        reply.headers.update(error.headers or {})
    return reply


def failed(request: Request, error: Exception) -> Response:
    """Our fault: a reference for the log, and no word about the inside."""
    refusal = our_fault(error)
    if isinstance(error, NotRecordedError):
        refusal = Refusal(Fault.UNAVAILABLE, "this can't be recorded now, so it is not answered")
    return refused(request, refusal)
