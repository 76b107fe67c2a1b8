"""The addresses of the FHIR API.

FHIR R4 3.1.0 (http.html). Each handler names its interaction; `audited` authenticates, runs and records it.
"""

from email.utils import parsedate_to_datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.bundle import etag, history_bundle
from fhir.interactions.acceptance import check_type
from fhir.interactions.batch import batch
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.delete import delete
from fhir.interactions.entry import if_match
from fhir.interactions.history import history
from fhir.interactions.read import read
from fhir.interactions.search import search
from fhir.interactions.transaction import transaction
from fhir.interactions.update import update
from fhir.interactions.vread import vread
from fhir.outcome import Fault, Refusal
from fhir.store import Stored
from services.api.archive import read_audit_event, search_audit_events
from services.api.audited import audited
from services.api.body import form_parameters, query_parameters, read_resource
from services.api.capability import metadata
from services.api.negotiation import Wish
from services.api.reply import json_reply, not_modified, resource_reply, written_reply

router = APIRouter(prefix="/fhir", include_in_schema=False)
router.add_api_route("/metadata", metadata, methods=["GET", "HEAD"])


@router.post("/{type}/_search")
async def post_search(request: Request, type: str) -> Response:
    """Interaction search by POST: the parameters of the form and of the URL together."""
    return await _search(request, type, [*query_parameters(request), *await form_parameters(request)])


@router.get("/{type}/{id}/_history/{version}")
async def get_version(request: Request, type: str, id: str, version: str) -> Response:
    """Interaction vread."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        return resource_reply(await vread(context, type, id, version), wish)

    return await audited(request, Interaction.VREAD, type, run)


@router.get("/{type}/{id}/_history")
async def get_history(request: Request, type: str, id: str) -> Response:
    """Interaction history-instance."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        versions = await history(context, type, id)
        links = [("self", f"{context.base}/{type}/{id}/_history")]
        return json_reply(history_bundle(context.base, versions, links), wish)

    return await audited(request, Interaction.HISTORY, type, run)


@router.api_route("/{type}/{id}", methods=["GET", "HEAD"])
async def get_resource(request: Request, type: str, id: str) -> Response:
    """Interaction read."""
    check_type(type)
    if type == "AuditEvent":
        return await audited(
            request,
            Interaction.READ,
            type,
            lambda context, wish: read_audit_event(request, context, id, wish),
        )

    async def run(context: Context, wish: Wish) -> Response:
        stored = await read(context, type, id)
        return not_modified(stored) if _has_it(request, stored) else resource_reply(stored, wish)

    return await audited(request, Interaction.READ, type, run)


@router.put("/{type}/{id}")
async def put_resource(request: Request, type: str, id: str) -> Response:
    """Interaction update."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        resource = await read_resource(request)
        updated = await update(context, type, id, resource, version=_if_match(request))
        return written_reply(updated.stored, updated.created, context.base, wish)

    return await audited(request, Interaction.UPDATE, type, run)


@router.delete("/{type}/{id}")
async def delete_resource(request: Request, type: str, id: str) -> Response:
    """Interaction delete."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        await delete(context, type, id, version=_if_match(request))
        return Response(status_code=204)

    return await audited(request, Interaction.DELETE, type, run)


@router.api_route("/{type}", methods=["GET", "HEAD"])
async def get_search(request: Request, type: str) -> Response:
    """Interaction search-type."""
    return await _search(request, type, query_parameters(request))


@router.post("/{type}")
async def post_resource(request: Request, type: str) -> Response:
    """Interaction create."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        if "if-none-exist" in request.headers:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, "conditional create is not supported yet")
        stored = await create(context, type, await read_resource(request))
        return written_reply(stored, True, context.base, wish)

    return await audited(request, Interaction.CREATE, type, run)


@router.post("")
@router.post("/")
async def post_bundle(request: Request) -> Response:
    """Interactions batch and transaction."""

    async def run(context: Context, wish: Wish) -> Response:
        bundle = await read_resource(request)
        kind = bundle.get("type") if bundle["resourceType"] == "Bundle" else None
        if kind not in ("batch", "transaction"):
            raise Refusal(Fault.MALFORMED, "a Bundle of type batch or transaction is expected here")
        work = transaction if kind == "transaction" else batch
        return json_reply(await work(context, bundle), wish)

    return await audited(request, Interaction.TRANSACTION, "Bundle", run)


async def _search(request: Request, type: str, parameters: list[tuple[str, str]]) -> Response:
    check_type(type)
    if type == "AuditEvent":
        return await audited(
            request,
            Interaction.SEARCH,
            type,
            lambda context, wish: search_audit_events(request, context, parameters, wish),
        )

    async def run(context: Context, wish: Wish) -> Response:
        page = await search(context, type, parameters, strict=wish.strict)
        return json_reply(page.bundle(context.base), wish)

    return await audited(request, Interaction.SEARCH, type, run)


def _if_match(request: Request) -> int | None:
    given = request.headers.get("if-match")
    return None if given is None else if_match(given)


def _has_it(request: Request, stored: Stored) -> bool:
    """Does the client hold this version already (If-None-Match, else If-Modified-Since)?"""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return etag(stored) in [tag.strip() for tag in tags.split(",")]
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and stored.updated.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
