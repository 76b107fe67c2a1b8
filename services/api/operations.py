"""The addresses of operations: `/$name`, `/Type/$name`, `/Type/id/$name`, `/Type/id/_history/vid/$name`.

FHIR R4 3.2.0 (operations.html#executing). GET takes primitive parameters and changes nothing; POST takes a
Parameters resource or the one resource that the operation is about.
"""

from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.context import Context
from fhir.interactions.writes.acceptance import check_type
from fhir.interactions.writes.writing import Written
from fhir.operations.calling import carry_out
from fhir.operations.operation import Call, Parameter
from fhir.operations.registry import operation_or_404
from services.api.audited import audited
from services.api.body import query_parameters, read_optional_resource
from services.api.negotiation import Wish
from services.api.reply import json_reply, written_reply

router = APIRouter(prefix="/fhir", include_in_schema=False)
_METHODS = ["GET", "HEAD", "POST"]
_OF_THE_REQUEST = frozenset({"_format", "_pretty"})


@router.api_route("/${name}", methods=_METHODS)
async def call_on_system(request: Request, name: str) -> Response:
    """An operation of the system."""
    return await _call(request, name, Call())


@router.api_route("/{type}/${name}", methods=_METHODS)
async def call_on_type(request: Request, type: str, name: str) -> Response:
    """An operation of a resource type."""
    return await _call(request, name, Call(type))


@router.api_route("/{type}/{id}/${name}", methods=_METHODS)
async def call_on_instance(request: Request, type: str, id: str, name: str) -> Response:
    """An operation of one resource."""
    return await _call(request, name, Call(type, id))


@router.api_route("/{type}/{id}/_history/{version}/${name}", methods=_METHODS)
async def call_on_version(request: Request, type: str, id: str, version: str, name: str) -> Response:
    """An operation of one version of a resource."""
    return await _call(request, name, Call(type, id, version=version))


async def _call(request: Request, name: str, place: Call) -> Response:
    if place.type is not None:
        check_type(place.type)
    operation = operation_or_404(name, place.type, place.level)

    async def run(context: Context, wish: Wish) -> Response:
        query = tuple(pair for pair in query_parameters(request) if pair[0] not in _OF_THE_REQUEST)
        context.trail.query = _told(place, name, query)
        safe = request.method != "POST"
        given = tuple(Parameter(name, value) for name, value in query)
        call = replace(place, parameters=given, query=query, strict=wish.strict, safe=safe, posted=not safe)
        body = None if safe else await read_optional_resource(request)
        result = await carry_out(context, operation, call, body)
        if isinstance(result, Written):
            return written_reply(result, context.base, wish)
        return json_reply(result, wish)

    return await audited(request, Interaction.OPERATION, place.type or "Parameters", run)


def _told(place: Call, name: str, query: tuple[tuple[str, str], ...]) -> str:
    """The call as the audit tells it."""
    version = ("_history", place.version) if place.version else ()
    path = "/".join([*(part for part in (place.type, place.id, *version) if part), f"${name}"])
    return f"{path}?{urlencode(query)}".rstrip("?")
