"""Requests that go no further: a page of ours where the app can't be trusted, else back to the app."""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import NOBODY, AuditRecord, Interaction, Outcome
from auth.authorization_server.authorization_endpoint import Refused
from auth.rate_limits import Throttled
from services.portal.apps.passing import quiet, redirected
from services.portal.catalogue import mark
from services.portal.errors import reference_of, refused_page
from services.portal.page import page
from services.portal.visit import platform_of

_TITLE = mark("这个应用的请求有误")
_TEXTS = {
    "expired": mark("这个请求已经用过，或等得太久。请回到应用，重新开始。"),
    "invalid_client": mark("平台不认识这个应用，或它还没有得到批准。请联系应用的提供者。"),
}
_OTHER = mark("应用没有按规定发来请求，为了您的安全，平台不会把您转回去。请联系应用的提供者。")


def refused_request(request: Request, error: str) -> Response:
    """400: the browser goes nowhere."""
    text = _TEXTS.get(error, _OTHER)
    shown = page(
        request,
        "templates/error.html",
        status=400,
        reader=None,
        back="/",
        title=_TITLE,
        text=text,
        action=("/", mark("回到首页")),
        reference=reference_of(request),
    )
    return quiet(shown)


async def throttled_request(request: Request, refusal: Throttled) -> Response:
    """429, recorded: too many requests came from this address."""
    await _record(request, "throttled")
    return quiet(refused_page(request, refusal))


async def _record(request: Request, reason: str) -> None:
    await platform_of(request).recorder.record(
        AuditRecord(
            agent=NOBODY,
            interaction=Interaction.TOKEN,
            outcome=Outcome.REFUSED,
            reason=reason,
            peer=request.client.host if request.client else None,
            request=reference_of(request),
        )
    )


async def failed_request(request: Request, refused: Refused) -> Response:
    """Recorded, then back to the app with its error, or a page of ours."""
    await _record(request, refused.error)
    if refused.location is not None:
        return redirected(refused.location)
    return refused_request(request, refused.error)
