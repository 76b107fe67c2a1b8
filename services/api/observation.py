"""Observation of requests: an id for each, one log line without patient data, counters and times.

The line names the route (`/fhir/{type}/{id}`), never the query string.
"""

import logging
import re
import time
import uuid
from functools import lru_cache

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.log import FIELDS

log = logging.getLogger("furong.request")

REQUESTS = Counter("furong_http_requests_total", "HTTP requests", ["method", "route", "status"])
SECONDS = Histogram("furong_http_request_seconds", "Duration of HTTP requests", ["method", "route"])

_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})


class Observed:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection and note how it went."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started, status = time.perf_counter(), 500
        id = request_id(scope)
        scope.setdefault("state", {})["request_id"] = id
        named = (b"x-request-id", id.encode())

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], named]
            await send(message)

        try:
            return await self._app(scope, receive, answer)
        finally:
            _note(scope, status, time.perf_counter() - started, id)


def request_id(scope: Scope) -> str:
    """The id that the client gave (X-Request-Id) when it is a plain word, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _ID.fullmatch(given) else str(uuid.uuid4())


def _note(scope: Scope, status: int, seconds: float, id: str) -> None:
    route = getattr(scope.get("route"), "path", "-")
    method = scope["method"] if scope["method"] in _METHODS else "-"
    requests, took = _counters(method, route, status)
    requests.inc()
    took.observe(seconds)
    fields = {
        "method": method,
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request": id,
    }
    log.info("request", extra={FIELDS: fields})


@lru_cache(maxsize=1024)
def _counters(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """The counter and histogram of a kind of request; to find them by labels costs more than to count."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
