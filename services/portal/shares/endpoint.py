"""Manifest of a SMART Health Link: whoever has the link, and the passcode where there is one, gets the file.

SMART Health Links, "SHLink Manifest Request": POST with recipient and passcode; 401 with the attempts that
are left; 404 for what is unknown, over or revoked. Each answer about a link is recorded before it leaves.
"""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from auth.login import hats
from auth.login.passwords import Passwords
from auth.principal import Kind, Principal, Proxied
from auth.roles import Role
from auth.smart import health_link
from auth.store import accounts
from auth.store.shares import Share
from fhir.outcome import Refusal
from fhir.resource import serialize
from services.platform import Platform
from services.portal.errors import reference_of
from services.portal.shares.document import bundle
from services.portal.visit import context_of, platform_of

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
_LONGEST = 100
_passwords = Passwords()


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
    share = await platform.shares.by_token(token)
    if share is None:
        return _nothing()
    if not await _lasts(platform, share):
        await _record(request, share, asked, Outcome.REFUSED, "over")
        return _nothing()
    left = await _wrong(platform, share, str(asked.get("passcode", ""))[:_LONGEST])
    if left is not None:
        await _record(request, share, asked, Outcome.REFUSED, "passcode")
        return _json(401, {"remainingAttempts": left})
    return await _given(request, share, asked)


async def file(request: Request, token: str, ticket: str) -> Response:
    """The file of a manifest that named this address; once."""
    platform = platform_of(request)
    redeemed = await platform.shares.redeem(token, ticket)
    if redeemed is None or not await _lasts(platform, redeemed[0]):
        return _nothing()
    jwe = await _file(request, redeemed[0], {"recipient": redeemed[1]})
    return Response(jwe, 200, _HEADERS, "application/jose")


async def _given(request: Request, share: Share, asked: dict[str, Any]) -> Response:
    shares, largest = platform_of(request).shares, asked.get("embeddedLengthMax")
    jwe = await _file(request, share, asked)
    if not await shares.open(share):
        return _nothing()
    place: dict[str, str] = {"embedded": jwe}
    if isinstance(largest, int) and len(jwe) > largest:
        address = platform_of(request).settings.address
        place = {"location": f"{address}/shl/{share.token}/{await shares.ticket(share, _name(asked))}"}
    return _json(200, {"files": [{"contentType": health_link.FHIR} | place]})


async def _file(request: Request, share: Share, asked: dict[str, Any]) -> str:
    """The encrypted file, once it is recorded that it was read."""
    platform = platform_of(request)
    context = context_of(platform, _principal(share))
    content = await bundle(context, share.patient, share.sections)
    patients = tuple(sorted(context.trail.patients | {share.patient}))
    await _record(request, share, asked, Outcome.SUCCESS, ",".join(share.sections), patients)
    return health_link.sealed(serialize(content), share.key)


def _principal(share: Share) -> Principal:
    """As whom the file is read: the resident, or a help desk of his, which is shown nothing sensitive."""
    proxy = None if share.sensitive else Proxied.HELP_DESK
    return Principal(
        Kind.PERSON, share.account, "", Role.RESIDENT, patient=share.patient, proxy=proxy, session=None
    )


async def _lasts(platform: Platform, share: Share) -> bool:
    """Does the link last, and may the account behind it still act as the resident?"""
    account = await accounts.by_id(platform.database, share.account) if share.lasts else None
    return account is not None and hats.hat(account, hats.RESIDENT) is not None


async def _wrong(platform: Platform, share: Share, passcode: str) -> int | None:
    """None where the passcode is right or none is needed, else how many attempts are left."""
    if share.passcode is None:
        return None
    if not await platform.shares.try_passcode(share):
        return 0
    if passcode and await _passwords.verify(share.passcode, passcode):
        await platform.shares.right_passcode(share)
        return None
    return await platform.shares.attempts(share)


async def _record(
    request: Request,
    share: Share,
    asked: dict[str, Any],
    outcome: Outcome,
    what: str,
    patients: tuple[str, ...] = (),
) -> None:
    record = AuditRecord(
        agent=Agent("link", f"share {share.id[:16]}", _name(asked)),
        interaction=Interaction.OPERATION,
        type="Bundle",
        patients=patients or (share.patient,),
        entity=share.patient,
        outcome=outcome,
        reason=f"share: {what}",
        purpose="PATRQT",
        peer=request.client.host if request.client else None,
        request=reference_of(request),
    )
    await platform_of(request).recorder.record(record)


def _name(asked: dict[str, Any]) -> str:
    """Who the recipient says that he is."""
    return "".join(sign for sign in str(asked["recipient"])[:_LONGEST] if sign.isprintable()).strip()


async def _asked(request: Request) -> dict[str, Any] | None:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None
    named = isinstance(body, dict) and isinstance(body.get("recipient"), str) and body["recipient"].strip()
    return body if named else None


def _nothing() -> Response:
    return _json(404, {"error": "there is no such link, or it is over"})


def _json(status: int, body: dict[str, Any]) -> Response:
    return JSONResponse(body, status, _HEADERS)
