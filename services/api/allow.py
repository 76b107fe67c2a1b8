"""Allow: the methods that an address takes.

RFC 9110 10.2.1. Several routes may share an address; an operation that changes something takes POST only.
"""

from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route

from fhir.operations.registry import OPERATIONS


def allow(request: Request) -> str:
    """The methods of the address of a request, for a 405."""
    last = request.url.path.rpartition("/")[2]
    if last.startswith("$"):
        safe = any(each.name == last[1:] and not each.changes for each in OPERATIONS)
        return "GET, HEAD, POST" if safe else "POST"
    methods: set[str] = set()
    for route in _routes(request.app.routes):
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))


def _routes(given: Iterable[BaseRoute]) -> Iterator[Route]:
    """The plain routes, those of included routers among them."""
    for each in given:
        router = getattr(each, "original_router", None)
        if router is not None:
            yield from _routes(router.routes)
        elif isinstance(each, Route):
            yield each
