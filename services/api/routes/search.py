"""Interaction search: by type, of the whole system, within a compartment; by GET and by POST.

FHIR R4 3.1.1.1 (search.html#searching). A form and the URL give their parameters together.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.interactions.writes.acceptance import check_type
from fhir.outcome import Fault, Refusal
from services.api.archive import search_audit_events
from services.api.audited import audited
from services.api.body import FORM, query_parameters
from services.api.negotiation import Wish, check_content_type
from services.api.reply import json_reply

special, plain, whole = APIRouter(), APIRouter(), APIRouter(prefix="/fhir", include_in_schema=False)
_READ = ["GET", "HEAD"]
_EVERYTHING = "*"


@special.post("/_search")
async def post_system_search(request: Request) -> Response:
    """Interaction search-system by POST."""
    return await _search(request, None)


@special.post("/{type}/_search")
async def post_search(request: Request, type: str) -> Response:
    """Interaction search-type by POST."""
    return await _search(request, type)


@special.post("/{name}/{id}/_search")
async def post_whole_compartment_search(request: Request, name: str, id: str) -> Response:
    """Interaction search of all types within a compartment by POST."""
    return await _search(request, None, (name, id))


@special.post("/{name}/{id}/{type}/_search")
async def post_compartment_search(request: Request, name: str, id: str, type: str) -> Response:
    """Interaction search within a compartment by POST."""
    return await _search(request, None if type == _EVERYTHING else type, (name, id))


@whole.api_route("", methods=_READ)
@whole.api_route("/", methods=_READ)
async def get_system_search(request: Request) -> Response:
    """Interaction search-system."""
    return await _search(request, None)


@plain.api_route("/{type}", methods=_READ)
async def get_search(request: Request, type: str) -> Response:
    """Interaction search-type."""
    return await _search(request, type)


@plain.api_route("/{name}/{id}/{type}", methods=_READ)
async def get_compartment_search(request: Request, name: str, id: str, type: str) -> Response:
    """Interaction search within a compartment; `*` stands for all types."""
    return await _search(request, None if type == _EVERYTHING else type, (name, id))


async def _search(request: Request, type: str | None, compartment: tuple[str, str] | None = None) -> Response:
    for each in (type, compartment[0] if compartment else None):
        if each is not None:
            check_type(each)

    async def run(context: Context, wish: Wish) -> Response:
        parameters = _parameters(request)
        if type == "AuditEvent":
            within = [("patient", compartment[1])] if compartment and compartment[0] == "Patient" else []
            if compartment and not within:
                raise Refusal(Fault.NOT_FOUND, "AuditEvents are found by Patient alone")
            return await search_audit_events(request, context, [*within, *parameters], wish)
        page = await search(
            context,
            type,
            parameters,
            strict=wish.strict,
            compartment=compartment,
            posted=request.method == "POST",
        )
        return json_reply(page.bundle(context.base), wish)

    return await audited(request, Interaction.SEARCH, type or "Resource", run)


def _parameters(request: Request) -> list[tuple[str, str]]:
    """Those of the URL, then those of the form."""
    if request.method == "POST" and "content-type" in request.headers:
        check_content_type(request, FORM)
    return [*query_parameters(request), *request.state.form]
