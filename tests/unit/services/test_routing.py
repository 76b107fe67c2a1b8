"""Plain routes: the same addresses and methods as the framework's own, for handlers that read the rest."""

import inspect
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.api.operations import router as operations_router
from services.api.routes import router as fhir_router
from services.routing import plain


async def seen(request: Request, type: str, id: str) -> Response:
    """What the handler was given."""
    return JSONResponse({"type": type, "id": id, "route": request.scope["route"].path})


def served() -> httpx.AsyncClient:
    router = APIRouter(prefix="/fhir")
    router.add_api_route("/{type}/{id}", seen, methods=["GET", "PUT"])
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(plain(router))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://any.example")


async def test_a_handler_gets_the_parts_of_its_path_and_the_route_is_known() -> None:
    async with served() as http:
        reply = await http.get("/fhir/Patient/a.b-c?type=X")
    assert reply.json() == {"type": "Patient", "id": "a.b-c", "route": "/fhir/{type}/{id}"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/fhir/Patient/1", 200),
        ("HEAD", "/fhir/Patient/1", 200),
        ("POST", "/fhir/Patient/1", 405),
        ("GET", "/fhir/Patient", 404),
        ("GET", "/fhir/Patient/1/2", 404),
    ],
)
async def test_methods_and_addresses_are_told_apart(method: str, path: str, status: int) -> None:
    async with served() as http:
        assert (await http.request(method, path)).status_code == status


def test_routers_within_a_router_keep_their_prefix_and_place() -> None:
    inner, outer = APIRouter(), APIRouter(prefix="/fhir")
    inner.add_api_route("/{type}/{id}", seen)
    outer.add_api_route("/metadata", _nothing)
    outer.include_router(inner, prefix="/deep")
    assert [route.path for route in plain(outer)] == ["/fhir/metadata", "/fhir/deep/{type}/{id}"]


async def _nothing(request: Request) -> Response:
    return Response()


PLACES = (
    "", "/", "/metadata", "/$validate", "/_search", "/_history", "/Patient", "/Patient/_search",
    "/Patient/_history", "/Patient/$validate", "/Patient/1", "/Patient/1/_history", "/Patient/1/_history/2",
    "/Patient/1/$everything", "/Patient/1/Observation", "/Patient/1/2/3/4",
)  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_each_address_leads_where_the_framework_would_lead_it(method: str) -> None:
    theirs, ours = FastAPI(openapi_url=None), FastAPI(openapi_url=None)
    for router in (operations_router, fhir_router):
        theirs.include_router(_echoing(router))
        ours.router.routes.extend(plain(_echoing(router)))
    for path in PLACES:
        expected, reply = await _reply(theirs, method, path), await _reply(ours, method, path)
        assert (reply.status_code, reply.text) == (expected.status_code, expected.text), path


def _echoing(router: APIRouter) -> APIRouter:
    """The same addresses with handlers that say which they are and what they were given."""
    made = APIRouter()
    for each in router.routes:
        route: Any = each
        if isinstance(route, APIRoute):
            made.add_api_route(route.path, _echo(route.endpoint), methods=sorted(route.methods or ()))
        else:
            made.include_router(_echoing(route.original_router), prefix=route.include_context.prefix)
    return made


def _echo(endpoint: Any) -> Any:
    async def handler(request: Request, **given: str) -> Response:
        return JSONResponse({"handler": endpoint.__name__, "given": given})

    handler.__signature__ = inspect.signature(endpoint)  # type: ignore[attr-defined]
    return handler


async def _reply(app: FastAPI, method: str, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://any.example/fhir") as http:
        return await http.request(method, path)


async def _wants_more(request: Request, type: str, count: int = 0) -> Response:
    return Response()


def test_a_handler_that_wants_more_than_its_path_is_refused_at_the_start() -> None:
    router = APIRouter()
    router.add_api_route("/{type}", _wants_more)
    with pytest.raises(TypeError, match="other parameters"):
        list(plain(router))
