"""Plain routes: addresses of the FHIR API and of the pages without the framework's machinery for parameters.

FHIR R4 3.1.0 (http.html): a handler takes the request and the parts of its path, and reads the rest itself.
Finding out at each request that there is nothing to validate cost 50 µs, a twentieth of a read.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope


class PlainRoute(Route):
    """A route that is known to what observes the request."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Does it match, and if so, with which path parameters?"""
        match, found = super().matches(scope)
        if match is not Match.NONE:
            found["route"] = self
        return match, found


def plain(router: APIRouter, prefix: str = "") -> Iterator[Route]:
    """The routes of `router`, and of the routers within it, as plain ones, in their order."""
    for route in router.routes:
        within = getattr(route, "original_router", None)
        if isinstance(route, APIRoute):
            yield PlainRoute(prefix + route.path, _handler(route), methods=sorted(route.methods or ()))
        elif isinstance(within, APIRouter):
            yield from plain(within, prefix + route.include_context.prefix)  # type: ignore[attr-defined]
        else:
            raise TypeError(f"{route} is no route of a handler")


def _handler(route: APIRoute) -> Callable[[Request], Awaitable[Response]]:
    endpoint: Callable[..., Any] = route.endpoint
    if set(inspect.signature(endpoint).parameters) != {"request", *route.param_convertors}:
        raise TypeError(f"the handler of {route.path} takes other parameters than the request and its path")

    async def handle(request: Request) -> Response:
        reply: Response = await endpoint(request, **request.path_params)
        return reply

    return handle
