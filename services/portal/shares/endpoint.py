"""Manifest of a SMART Health Link: an app with the link, and the passcode where there is one, gets the file.

SMART Health Links, "SHLink Manifest Request": POST with recipient and passcode; 401 with the attempts that
are left; 404 for what is unknown, over or revoked.
"""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.smart import health_link
from auth.store.shares import Share
from fhir.outcome import Refusal
from fhir.resource import serialize
from services.portal.shares.opening import (
    NoLinkError,
    WrongPasscodeError,
    content,
    found,
    lasts,
    named,
)
from services.portal.visit import platform_of

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Max-Age": "86400",
}


async def preflight(request: Request, **_: str) -> Response:
    """What a viewer in a browser asks before it posts (Fetch standard, CORS)."""
    return Response(None, 204, _HEADERS | _PREFLIGHT)


async def manifest(request: Request, token: str) -> Response:
    """The manifest of a link, with the file in it or an address at which it is fetched once."""
    platform, asked = platform_of(request), await _asked(request)
    try:
        await platform.limits.token(request.client.host if request.client else "")
    except Refusal as refusal:
        return _json(refusal.status, {"error": "too many requests"})
    if asked is None:
        return _json(400, {"error": "a recipient is needed"})
    recipient = named(asked["recipient"])
    try:
        share = await found(request, token, recipient, str(asked.get("passcode", "")))
        return await _given(request, share, recipient, asked.get("embeddedLengthMax"))
    except NoLinkError:
        return _nothing()
    except WrongPasscodeError as wrong:
        return _json(401, {"remainingAttempts": wrong.left})


async def file(request: Request, token: str, ticket: str) -> Response:
    """The file of a manifest that named this address; once."""
    platform = platform_of(request)
    redeemed = await platform.shares.redeem(token, ticket)
    if redeemed is None or not await lasts(platform, redeemed[0]):
        return _nothing()
    try:
        jwe = await _sealed(request, *redeemed, fetched=True)
    except NoLinkError:
        return _nothing()
    return Response(jwe, 200, _HEADERS, "application/jose")


async def _given(request: Request, share: Share, recipient: str, largest: Any) -> Response:
    shares = platform_of(request).shares
    jwe = await _sealed(request, share, recipient)
    place: dict[str, str] = {"embedded": jwe}
    if isinstance(largest, int) and len(jwe) > largest:
        address = platform_of(request).settings.address
        place = {"location": f"{address}/shl/{share.token}/{await shares.ticket(share, recipient)}"}
    return _json(200, {"files": [{"contentType": health_link.FHIR} | place]})


async def _sealed(request: Request, share: Share, recipient: str, *, fetched: bool = False) -> str:
    made = await content(request, share, recipient, fetched=fetched)
    return health_link.sealed(serialize(made), share.key)


async def _asked(request: Request) -> dict[str, Any] | None:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None
    told = isinstance(body, dict) and isinstance(body.get("recipient"), str) and body["recipient"].strip()
    return body if told else None


def _nothing() -> Response:
    return _json(404, {"error": "there is no such link, or it is over"})


def _json(status: int, body: dict[str, Any]) -> Response:
    return JSONResponse(body, status, _HEADERS)
