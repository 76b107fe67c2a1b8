"""The addresses of operations: `/$name`, `/Type/$name`, `/Type/id/$name`.

FHIR R4 3.2.0 (operations.html#executing). GET takes primitive parameters and changes nothing; POST takes a
Parameters resource or the one resource that the operation is about.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.acceptance import check_type
from fhir.interactions.context import Context
from fhir.operations.operation import Call, Level, Operation, Parameter, read_parameters
from fhir.operations.registry import operation_or_404
from fhir.outcome import Fault, Refusal
from services.api.audited import audited
from services.api.body import query_parameters, read_optional_resource
from services.api.negotiation import Wish
from services.api.reply import json_reply

router = APIRouter(prefix="/fhir", include_in_schema=False)
_METHODS = ["GET", "HEAD", "POST"]
_OF_THE_REQUEST = frozenset({"_format", "_pretty"})


@router.api_route("/${name}", methods=_METHODS)
async def call_on_system(request: Request, name: str) -> Response:
    """An operation of the system."""
    return await _call(request, name, None, None, Level.SYSTEM)


@router.api_route("/{type}/${name}", methods=_METHODS)
async def call_on_type(request: Request, type: str, name: str) -> Response:
    """An operation of a resource type."""
    return await _call(request, name, type, None, Level.TYPE)


@router.api_route("/{type}/{id}/${name}", methods=_METHODS)
async def call_on_instance(request: Request, type: str, id: str, name: str) -> Response:
    """An operation of one resource."""
    return await _call(request, name, type, id, Level.INSTANCE)


async def _call(request: Request, name: str, type: str | None, id: str | None, level: Level) -> Response:
    if type is not None:
        check_type(type)
    operation = operation_or_404(name, type, level)

    async def run(context: Context, wish: Wish) -> Response:
        query = tuple(pair for pair in query_parameters(request) if pair[0] not in _OF_THE_REQUEST)
        parameters = await _parameters(request, operation, query)
        call = Call(type, id, parameters, query, wish.strict)
        return json_reply(await operation.run(context, call), wish)

    return await audited(request, Interaction.OPERATION, type or "Parameters", run)


async def _parameters(
    request: Request, operation: Operation, query: tuple[tuple[str, str], ...]
) -> tuple[Parameter, ...]:
    given = tuple(Parameter(name, value) for name, value in query)
    if request.method != "POST":
        if operation.changes:
            raise Refusal(Fault.METHOD, f"${operation.name} changes something, so it takes POST only")
        return given
    body = await read_optional_resource(request)
    return given if body is None else (*given, *read_parameters(body, operation))
