"""Interaction search: by type, of the whole system, within a compartment; by GET and by POST.

FHIR R4 3.1.1.1 (search.html#searching). A form and the URL give their parameters together.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.acceptance import check_type
from fhir.interactions.context import Context
from fhir.interactions.search import search
from services.api.archive import search_audit_events
from services.api.audited import audited
from services.api.body import FORM, query_parameters
from services.api.negotiation import Wish, check_content_type
from services.api.reply import json_reply

special, plain = APIRouter(), APIRouter()


@special.post("/{type}/_search")
async def post_search(request: Request, type: str) -> Response:
    """Interaction search-type by POST."""
    return await _search(request, type)


@plain.api_route("/{type}", methods=["GET", "HEAD"])
async def get_search(request: Request, type: str) -> Response:
    """Interaction search-type."""
    return await _search(request, type)


async def _search(request: Request, type: str) -> Response:
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        parameters = _parameters(request)
        if type == "AuditEvent":
            return await search_audit_events(request, context, parameters, wish)
        page = await search(context, type, parameters, strict=wish.strict)
        return json_reply(page.bundle(context.base), wish)

    return await audited(request, Interaction.SEARCH, type, run)


def _parameters(request: Request) -> list[tuple[str, str]]:
    """Those of the URL, then those of the form."""
    if request.method == "POST" and "content-type" in request.headers:
        check_content_type(request, FORM)
    return [*query_parameters(request), *request.state.form]
