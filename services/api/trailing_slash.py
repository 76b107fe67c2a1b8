"""A trailing slash means nothing: `/fhir/Patient/` is `/fhir/Patient`.

Answered at once and not by a redirect, which would lead wherever the Host header of the request says.
"""

from starlette.types import ASGIApp, Receive, Scope, Send


class Trimmed:
    """ASGI middleware before everything that looks at the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and len(scope["path"]) > 1 and scope["path"].endswith("/"):
            scope["path"] = scope["path"].rstrip("/") or "/"
        await self._app(scope, receive, send)
