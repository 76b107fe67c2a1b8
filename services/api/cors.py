"""CORS: web applications of other origins may call the FHIR API and read the OAuth discovery documents.

Fetch standard, HTTP-CORS protocol; SMART App Launch 2.2 (CORS). Never with cookies: a token is what counts,
so a foreign page gains nothing by a session of the portal.
"""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIXES = ("/fhir", "/.well-known", "/oauth/jwks")
"""The token endpoint and its neighbours know their own origins; the authorization endpoint has none."""
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SENT = (
    "Accept", "Authorization", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Exist",
    "If-None-Match", "Prefer", "X-Provenance", "X-Request-Id", "X-Security-Context",
)  # fmt: skip
_SHOWN = ("Content-Location", "ETag", "Last-Modified", "Location", "WWW-Authenticate", "X-Request-Id")
_A_DAY = 86_400


class CrossOrigin:
    """ASGI middleware: CORS for the addresses that systems and apps use, none for the pages."""

    def __init__(self, app: ASGIApp, origins: str) -> None:
        self._plain = app
        self._open = CORSMiddleware(
            app,
            allow_origins=[each.strip() for each in origins.split(",") if each.strip()],
            allow_methods=_METHODS,
            allow_headers=_SENT,
            expose_headers=_SHOWN,
            max_age=_A_DAY,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        open = scope["type"] == "http" and scope["path"].startswith(_PREFIXES)
        await (self._open if open else self._plain)(scope, receive, send)
