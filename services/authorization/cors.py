"""CORS of the endpoints that apps in a browser post to: the origins of registered redirect URIs alone.

Fetch standard, HTTP-CORS protocol; SMART App Launch 2.2, "CORS". No cookie counts there. Where the settings
name origins, those count too; `*` opens the FHIR API and nothing here.
"""

from starlette.requests import Request
from starlette.responses import Response

from auth.store import clients
from auth.store.database import Database

_A_DAY = "86400"


class Origins:
    """Who may read the answers of the token endpoint and its neighbours."""

    def __init__(self, database: Database, named: str) -> None:
        self._database = database
        self._named = {each.strip() for each in named.split(",")} - {"*", ""}

    async def allow(self, request: Request, response: Response) -> Response:
        """`response` with what the browser needs to hand it to the app."""
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin and await self._known(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
        return response

    async def preflight(self, request: Request) -> Response:
        """The answer to the browser's question before the request."""
        response = await self.allow(request, Response(None, 204))
        if "Access-Control-Allow-Origin" in response.headers:
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Max-Age"] = _A_DAY
        return response

    async def _known(self, origin: str) -> bool:
        return origin in self._named or await clients.is_origin(self._database, origin)
