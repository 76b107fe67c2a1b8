"""Compression of FHIR replies and static files.

RFC 9110 8.4. Pages are left as they are: they hold a secret (the CSRF token) beside words of the caller.
"""

import re

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_SMALLEST = 1000
_LEVEL = 4
_PREFIXES = ("/fhir", "/static")
_REFUSED = re.compile(rb"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


class Compressed:
    """ASGI middleware: gzip for the addresses that gain by it."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._packed = GZipMiddleware(app, minimum_size=_SMALLEST, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        # Starlette looks for the word alone, and a weight of 0 says "not that" (RFC 9110 12.4.2).
        headers = scope.get("headers", [])
        if any(name == b"accept-encoding" and _REFUSED.search(value) for name, value in headers):
            scope = {**scope, "headers": [each for each in headers if each[0] != b"accept-encoding"]}
        packed = scope["type"] == "http" and scope["path"].startswith(_PREFIXES)
        await (self._packed if packed else self._plain)(scope, receive, send)
