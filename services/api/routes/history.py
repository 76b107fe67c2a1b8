"""Interactions vread and history: of one resource, of a type, of the whole system.

FHIR R4 3.1.0.2 (http.html#vread) and 3.1.0.10 (http.html#history).
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.context import Context
from fhir.interactions.history import history
from fhir.interactions.view import view
from fhir.interactions.vread import vread
from fhir.interactions.writes.acceptance import check_type
from services.api.audited import audited
from services.api.body import query_parameters
from services.api.headers import read_preconditions
from services.api.negotiation import Wish
from services.api.reply import json_reply, resource_reply

router = APIRouter()
lists = APIRouter()
_METHODS = ["GET", "HEAD"]


@lists.api_route("/_history", methods=_METHODS)
async def get_system_history(request: Request) -> Response:
    """Interaction history-system."""
    return await _history(request, None, None)


@lists.api_route("/{type}/_history", methods=_METHODS)
async def get_type_history(request: Request, type: str) -> Response:
    """Interaction history-type."""
    return await _history(request, type, None)


@lists.api_route("/{type}/{id}/_history", methods=_METHODS)
async def get_instance_history(request: Request, type: str, id: str) -> Response:
    """Interaction history-instance."""
    return await _history(request, type, id)


@router.api_route("/{type}/{id}/_history/{version}", methods=_METHODS)
async def get_version(request: Request, type: str, id: str, version: str) -> Response:
    """Interaction vread."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        shown = view(query_parameters(request), type)
        return resource_reply(
            await vread(context, type, id, version), wish, read_preconditions(request), shown
        )

    return await audited(request, Interaction.VREAD, type, run)


async def _history(request: Request, type: str | None, id: str | None) -> Response:
    if type is not None:
        check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        page = await history(context, query_parameters(request), type, id, strict=wish.strict)
        return json_reply(page.bundle(context.base), wish)

    return await audited(request, Interaction.HISTORY, type or "Resource", run)
