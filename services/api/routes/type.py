"""Type level: create, and the conditional forms of create, update, patch and delete.

FHIR R4 3.1.0.8 (http.html#create, #ccreate), 3.1.0.4.3 (#cond-update), 3.1.0.7.1 (#cdelete).
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.delete import delete_matching
from fhir.interactions.patch import patch_matching
from fhir.interactions.update import update_matching
from fhir.interactions.writes.acceptance import check_type
from services.api.audited import audited
from services.api.body import read_resource
from services.api.headers import criteria, if_none_exist, no_provenance, provenance, write_preconditions
from services.api.negotiation import Wish
from services.api.patch_body import read_patch
from services.api.reply import deleted_reply, written_reply

router = APIRouter()
_ADDRESS = "/{type}"


@router.post(_ADDRESS)
async def post_resource(request: Request, type: str) -> Response:
    """Interaction create, conditional with If-None-Exist."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        resource, about = await read_resource(request), provenance(request)
        written = await create(context, type, resource, criteria=if_none_exist(request), provenance=about)
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.CREATE, type, run)


@router.put(_ADDRESS)
async def put_matching(request: Request, type: str) -> Response:
    """Interaction conditional update."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        resource, about, given = (
            await read_resource(request),
            provenance(request),
            write_preconditions(request),
        )
        written = await update_matching(
            context, type, criteria(request), resource, preconditions=given, provenance=about
        )
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.UPDATE, type, run)


@router.patch(_ADDRESS)
async def patch_match(request: Request, type: str) -> Response:
    """Interaction conditional patch."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        change, about, given = await read_patch(request), provenance(request), write_preconditions(request)
        written = await patch_matching(
            context, type, criteria(request), change, preconditions=given, provenance=about
        )
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.PATCH, type, run)


@router.delete(_ADDRESS)
async def delete_matches(request: Request, type: str) -> Response:
    """Interaction conditional delete."""
    check_type(type)

    async def run(context: Context, wish: Wish) -> Response:
        no_provenance(request)
        await delete_matching(context, type, criteria(request), preconditions=write_preconditions(request))
        return deleted_reply(wish)

    return await audited(request, Interaction.DELETE, type, run)
