"""Forms of the pages: their bodies are small and say how long they are.

RFC 9110 15.5.12 and 15.5.14. What is uploaded stays in memory and never becomes a temporary file. The FHIR
API, the token endpoint and HTTP ingest bound their own bodies.
"""

from starlette.formparsers import MultiPartParser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST = 65_536
LARGEST_ROSTER = 32_000_000
ROSTERS = "/console/accounts/import"
_OWN_LIMITS = ("/fhir", "/oauth", "/hl7v2")
MultiPartParser.spool_max_size = LARGEST_ROSTER + 1


class Bounded:
    """ASGI middleware that refuses the body of a form before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if (
            scope["type"] == "http"
            and scope["method"] == "POST"
            and not scope["path"].startswith(_OWN_LIMITS)
        ):
            length = dict(scope["headers"]).get(b"content-length", b"")
            if not length.isdigit():
                return await PlainTextResponse("Length required", 411)(scope, receive, send)
            largest = LARGEST_ROSTER if scope["path"] == ROSTERS else LARGEST
            if len(length) > 9 or int(length) > largest:
                return await PlainTextResponse("Too large", 413)(scope, receive, send)
        return await self._app(scope, receive, send)
