"""Binary: raw content of any type, or the resource around it where FHIR is asked for.

FHIR R4 binary.html#rest. What is sent raw comes from somebody else, so no browser may run it.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.binary import binary, content
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.read import read
from fhir.interactions.update import update
from fhir.interactions.view import view
from fhir.interactions.vread import vread
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store import Stored
from services.api.audited import audited
from services.api.body import query_parameters, read_body, read_resource
from services.api.headers import if_none_exist, provenance, read_preconditions, write_preconditions
from services.api.negotiation import FHIR_JSON, JSON, Wish, is_fhir, media_type, wanted
from services.api.reply import resource_reply, version_headers, written_reply

router = APIRouter()
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
}


@router.api_route("/Binary/{id}", methods=["GET", "HEAD"])
async def get_binary(request: Request, id: str) -> Response:
    """Interaction read of a Binary."""

    async def run(context: Context, wish: Wish) -> Response:
        return _reply(request, await read(context, "Binary", id), wish)

    return await audited(request, Interaction.READ, "Binary", run, any_format=True)


@router.api_route("/Binary/{id}/_history/{version}", methods=["GET", "HEAD"])
async def get_binary_version(request: Request, id: str, version: str) -> Response:
    """Interaction vread of a Binary."""

    async def run(context: Context, wish: Wish) -> Response:
        return _reply(request, await vread(context, "Binary", id, version), wish)

    return await audited(request, Interaction.VREAD, "Binary", run, any_format=True)


@router.post("/Binary")
async def post_binary(request: Request) -> Response:
    """Interaction create of a Binary, from raw content or a resource."""

    async def run(context: Context, wish: Wish) -> Response:
        resource, about = await _resource(request), provenance(request)
        written = await create(context, "Binary", resource, criteria=if_none_exist(request), provenance=about)
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.CREATE, "Binary", run)


@router.put("/Binary/{id}")
async def put_binary(request: Request, id: str) -> Response:
    """Interaction update of a Binary, from raw content or a resource."""

    async def run(context: Context, wish: Wish) -> Response:
        resource, about = await _resource(request, id), provenance(request)
        given = write_preconditions(request)
        written = await update(context, "Binary", id, resource, preconditions=given, provenance=about)
        return written_reply(written, context.base, wish)

    return await audited(request, Interaction.UPDATE, "Binary", run)


async def _resource(request: Request, id: str | None = None) -> Resource:
    if is_fhir(request):
        return await read_resource(request)
    type = request.headers.get("content-type", "").strip()
    if not media_type(type).name:
        raise Refusal(Fault.MEDIA_TYPE, "raw content has a Content-Type", expression="http.Content-Type")
    return binary(await read_body(request), type, request.headers.get("x-security-context"), id)


def _reply(request: Request, stored: Stored, wish: Wish) -> Response:
    """The resource where FHIR is asked for; the content where its own type is, or anything."""
    shown = view(query_parameters(request), "Binary")
    resource = resource_reply(stored, wish, read_preconditions(request), shown)
    if resource.status_code == 304 or (wish.format is not None and media_type(wish.format).name in JSON):
        return resource
    type, data = content(stored.resource())
    offers = wanted(request.headers.get("accept", "") or "*/*")
    names = {media_type(type).name, f"{type.partition('/')[0].lower()}/*", "*/*"}
    for each in offers if wish.format is None else [media_type(wish.format)]:
        if each.name == FHIR_JSON or (each.name in JSON and each.name not in names):
            return resource
        if each.name in names:
            headers = version_headers(stored) | _SAFE
            return Response(data, 200, headers | {"Content-Type": type})
    text = f"this Binary is there as its own type and as {FHIR_JSON}"
    raise Refusal(Fault.NOT_ACCEPTABLE, text, expression="http.Accept")
