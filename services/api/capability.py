"""/metadata, open to everyone.

FHIR R4 http.html#capabilities: `mode`, `_format`, `_summary`, `_elements`, and an ETag.
"""

import base64
import hashlib
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from fhir.capability import NORMATIVE, capability_statement
from fhir.claims import SERVED
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.result import Result
from fhir.store.profiles import profiles
from fhir.subset import subset
from services.api.audited import rules_of
from services.api.body import query_parameters
from services.api.negotiation import wish
from services.api.reply import json_reply
from services.platform import Platform

_STARTED = datetime.now(UTC)
_OF_THE_REQUEST = frozenset({"_format", "_pretty"})
_SHAPES = frozenset({"_summary", "_elements"})


async def metadata(request: Request) -> Response:
    """The CapabilityStatement."""
    mode, shape = _asked(query_parameters(request))
    statement = await _statement(request.app.state.platform, mode)
    if shape.elements or shape.summary not in (None, "false"):
        statement = subset(statement, shape.summary, shape.elements)
    reply = json_reply(statement, wish(request))
    digest = base64.urlsafe_b64encode(hashlib.sha256(bytes(reply.body)).digest()[:12]).decode()
    tag = f'W/"{digest}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(b"", 304, headers=headers)
    reply.headers.update(headers)
    return reply


def _asked(parameters: list[tuple[str, str]]) -> tuple[str, Result]:
    mode, shape = "full", Result("CapabilityStatement")
    for name, value in parameters:
        if name == "mode":
            mode = value
        elif name in _SHAPES:
            shape.take(name, "", value)
        elif name not in _OF_THE_REQUEST:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, "/metadata takes mode, _summary and _elements")
    if shape.summary == "count":
        raise Refusal(Fault.PARAMETER, "there is nothing to count", expression="_summary")
    return mode, shape


async def _statement(platform: Platform, mode: str) -> Resource:
    if mode not in ("full", "normative"):
        raise Refusal(Fault.PARAMETER, "mode is full or normative", expression="mode")
    settings = platform.settings
    known = await profiles(platform.store)
    token_url = f"{settings.address}/oauth/token"
    types = NORMATIVE if mode == "normative" else SERVED
    return capability_statement(settings.fhir_base, _STARTED, token_url, known, types, rules_of(platform))
