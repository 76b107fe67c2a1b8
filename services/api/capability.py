"""/metadata, open to everyone."""

from datetime import UTC, datetime
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from fhir.capability import capability_statement
from fhir.resource import Resource
from services.api.negotiation import wish
from services.api.reply import json_reply

_STARTED = datetime.now(UTC)


@cache
def _statement(base: str, token_url: str) -> Resource:
    return capability_statement(base, _STARTED, token_url)


async def metadata(request: Request) -> Response:
    """The CapabilityStatement."""
    settings = request.app.state.platform.settings
    return json_reply(_statement(settings.fhir_base, f"{settings.address}/oauth/token"), wish(request))
