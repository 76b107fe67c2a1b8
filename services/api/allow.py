"""Allow: the methods that an address takes.

RFC 9110 10.2.1. Several routes may share an address; an operation that changes something, or needs more than
an address can hold, takes POST only.
"""

from starlette.requests import Request
from starlette.routing import Match

from fhir.operations.registry import OPERATIONS

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_READ = "GET, HEAD"
_NAMED = {
    "_history": _READ,
    "_search": "POST",
    "docs": _READ,
    "metadata": _READ,
    "openapi.json": _READ,
}
"""Names that would otherwise be taken for a type or an id."""


def allow(request: Request) -> str:
    """The methods of the address of a request, for a 405."""
    last = request.url.path.rpartition("/")[2]
    if last.startswith("$"):
        safe = any(each.name == last[1:] and not each.posted_only for each in OPERATIONS)
        return "GET, HEAD, POST" if safe else "POST"
    return _NAMED.get(last) or ", ".join(each for each in _METHODS if _taken(request, each))


def _taken(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in request.app.routes)
