"""Instance level: read, update, patch, delete.

FHIR R4 3.1.0.1 to 3.1.0.7 (http.html#read, #update, #patch, #delete).
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.patch import patch
from fhir.interactions.read import read
from fhir.interactions.update import update
from fhir.interactions.view import view
from fhir.interactions.writes.acceptance import check_type
from services.api.archive import read_audit_event
from services.api.audited import audited
from services.api.body import query_parameters, read_resource
from services.api.headers import no_provenance, provenance, read_preconditions, write_preconditions
from services.api.negotiation import Wish
from services.api.patch_body import read_patch
from services.api.reply import deleted_reply, resource_reply, written_reply

router = APIRouter()
_ADDRESS = "/{type}/{id}"


@router.api_route(_ADDRESS, methods=["GET", "HEAD"])
async def get_resource(request: Request, type: str, id: str) -> Response:
    """Interaction read."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        if type == "AuditEvent":
            return await read_audit_event(request, context, id, wish)
        shown = view(query_parameters(request), type)
        return resource_reply(await read(context, type, id), wish, read_preconditions(request), shown)

    return await audited(request, Interaction.READ, type, run)


@router.put(_ADDRESS)
async def put_resource(request: Request, type: str, id: str) -> Response:
    """Interaction update."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        resource, about, given = (
            await read_resource(request),
            provenance(request),
            write_preconditions(request),
        )
        written = await update(context, type, id, resource, preconditions=given, provenance=about)
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.UPDATE, type, run)


@router.patch(_ADDRESS)
async def patch_resource(request: Request, type: str, id: str) -> Response:
    """Interaction patch."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        change, about, given = await read_patch(request), provenance(request), write_preconditions(request)
        written = await patch(context, type, id, change, preconditions=given, provenance=about)
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.PATCH, type, run)


@router.delete(_ADDRESS)
async def delete_resource(request: Request, type: str, id: str) -> Response:
    """Interaction delete."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        no_provenance(request)
        await delete(context, type, id, preconditions=write_preconditions(request))
        return deleted_reply(wish)

    return await audited(request, Interaction.DELETE, type, run)
