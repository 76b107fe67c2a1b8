"""/metadata, open to everyone.

FHIR R4 http.html#capabilities: `mode`, `_format`, `_summary`, `_elements`, and an ETag. It needs no token and
shows nothing more; the client that sends one is told how it is answered itself.
"""

import base64
import hashlib
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from auth.tokens import authenticate
from fhir.capability import NORMATIVE, capability_statement
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.rest import SERVED
from fhir.search.result import Result
from fhir.store.code_systems import code_systems
from fhir.store.profiles import profiles
from fhir.subset import subset
from fhir.terminology.capability import terminology_capabilities
from services.api.audited import rules_of
from services.api.body import query_parameters
from services.api.negotiation import wish
from services.api.reply import json_reply
from services.platform import Platform

_STARTED = datetime.now(UTC)
_OF_THE_REQUEST = frozenset({"_format", "_pretty"})
_TYPES = {"full": SERVED, "normative": NORMATIVE}
_SHAPES = frozenset({"_summary", "_elements"})


async def metadata(request: Request) -> Response:
    """The CapabilityStatement, or the TerminologyCapabilities."""
    mode, shape = _asked(query_parameters(request))
    statement = await _statement(request.app.state.platform, mode, await _linked(request))
    if shape.elements or shape.summary not in (None, "false"):
        statement = subset(statement, shape.summary, shape.elements)
    reply = json_reply(statement, wish(request))
    digest = base64.urlsafe_b64encode(hashlib.sha256(bytes(reply.body)).digest()[:12]).decode()
    tag = f'W/"{digest}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Authorization"}
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


async def _linked(request: Request) -> bool | None:
    """Does a Patient stand for the person to the client that asks? None where no token says who that is."""
    platform: Platform = request.app.state.platform
    try:
        return (await authenticate(platform.tokens, request.headers.getlist("authorization"))).linked
    except Refusal:
        return None


async def _statement(platform: Platform, mode: str, linked: bool | None) -> Resource:
    settings = platform.settings
    if mode == "terminology":
        stored = await code_systems(platform.store)
        return terminology_capabilities(settings.fhir_base, _STARTED, stored)
    if mode not in _TYPES:
        known = ", ".join([*_TYPES, "terminology"])
        raise Refusal(Fault.PARAMETER, f"mode is one of {known}", expression="mode")
    token_url = f"{settings.address}/oauth/token"
    return capability_statement(
        settings.fhir_base,
        _STARTED,
        token_url,
        await profiles(platform.store),
        _TYPES[mode],
        rules_of(platform),
        linked,
    )
