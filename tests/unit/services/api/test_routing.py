"""Plain routes: the same addresses and methods as the framework's own, for handlers that read the rest."""

from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from services.api.operations import router as operations_router
from services.api.routes import router as fhir_router
from services.api.routing import plain


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


@pytest.mark.parametrize("router", [operations_router, fhir_router])
def test_every_route_of_the_api_is_there_with_its_methods(router: APIRouter) -> None:
    own: list[Any] = list(router.routes)
    made = list(plain(router))
    assert [route.path for route in made] == [route.path for route in own]
    for route, before in zip(made, own, strict=True):
        assert before.methods <= route.methods
        scope = {"type": "http", "path": route.path, "method": next(iter(route.methods)), "headers": []}
        assert route.matches(scope)[0] is not Match.NONE


async def _wants_more(request: Request, type: str, count: int = 0) -> Response:
    return Response()


def test_a_handler_that_wants_more_than_its_path_is_refused_at_the_start() -> None:
    router = APIRouter()
    router.add_api_route("/{type}", _wants_more)
    with pytest.raises(TypeError, match="other parameters"):
        list(plain(router))
