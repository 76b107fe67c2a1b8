"""The page of the FHIR API, in Chinese and English, and its OpenAPI description, both open to everyone.

OpenAPI 3.1.0. Server-rendered; needs no JavaScript and fetches nothing.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from fhir import rest
from fhir.capability import searched
from fhir.outcome import Fault, Refusal
from fhir.search.registry import canonical_url
from services.api.openapi import description

router = APIRouter(prefix="/fhir", include_in_schema=False)
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


@router.api_route("/openapi.json", methods=["GET", "HEAD"])
async def openapi(request: Request) -> Response:
    """The description, of one type where `type` names it."""
    return JSONResponse(_described(request, _type(request)), headers={"Cache-Control": "no-cache"})


@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs(request: Request) -> Response:
    """The same as a page."""
    type = _type(request)
    base = request.app.state.platform.settings.fhir_base
    page = _TEMPLATES.get_template("docs.html").render(
        type=type,
        base=base,
        path=urlsplit(base).path,
        query=f"?type={type}" if type else "",
        requests=_requests(_described(request, type)),
        types=sorted(rest.SERVED),
        parameters=_parameters(type) if type else [],
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(page, headers=headers | {"X-Content-Type-Options": "nosniff"})


def _type(request: Request) -> str | None:
    type = request.query_params.get("type")
    if type is not None and type not in rest.SERVED:
        raise Refusal(Fault.UNKNOWN_TYPE, "there is no such resource type here")
    return type


def _described(request: Request, type: str | None) -> dict[str, Any]:
    settings = request.app.state.platform.settings
    return description(settings.fhir_base, f"{settings.address}/oauth/token", type)


def _requests(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": each["summary"],
            "definition": each.get("externalDocs", {}).get("url"),
            "statuses": ", ".join(sorted(each["responses"])),
        }
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    ]


def _parameters(type: str) -> list[dict[str, str]]:
    return [
        {"name": each.code, "type": each.type, "definition": canonical_url(type, each.code) or ""}
        for each in searched(type)
    ]
