"""System level: batch and transaction.

FHIR R4 3.1.0.11 (http.html#transaction).
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.interactions.batch import batch
from fhir.interactions.context import Context
from fhir.interactions.transaction import transaction
from fhir.outcome import Fault, Refusal
from services.api.audited import audited
from services.api.body import read_resource
from services.api.even_time import partly
from services.api.headers import no_provenance, provenance
from services.api.negotiation import Wish
from services.api.reply import json_reply

router = APIRouter(prefix="/fhir", include_in_schema=False)


@router.post("")
@router.post("/")
async def post_bundle(request: Request) -> Response:
    """Interactions batch and transaction."""
    interaction = Interaction.TRANSACTION

    async def run(context: Context, wish: Wish) -> Response:
        bundle = await read_resource(request)
        kind = bundle.get("type") if bundle["resourceType"] == "Bundle" else None
        if kind == "transaction":
            about = provenance(request)
            done = await transaction(context, bundle, returning=wish.returning, provenance=about)
        elif kind == "batch":
            nonlocal interaction
            interaction = Interaction.BATCH
            no_provenance(request)
            done = await batch(context, bundle, returning=wish.returning)
            partly(request.state, done)
        else:
            raise Refusal(Fault.MALFORMED, "a Bundle of type batch or transaction is expected here")
        return json_reply(done, wish)

    return await audited(request, lambda: interaction, "Bundle", run)
