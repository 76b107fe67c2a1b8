"""Viewer: what a link shares as a page, for whoever has scanned it with any telephone.

SMART Health Links, "Viewer URL prefix": the link stands behind `#`, so that no address in a log holds it; the
page puts it into its form. What was opened goes at the end of the link, without a script too (HTTP Refresh).
"""

from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.smart import health_link
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.moment import local_day
from services.portal.catalogue import mark
from services.portal.errors import EXPIRED_FORM, error_page, refused_page
from services.portal.login.views import form_of
from services.portal.page import page
from services.portal.resident.presenters import my_file
from services.portal.shares.document import SECTIONS
from services.portal.shares.opening import NoLinkError, WrongPasscodeError, content, found, named
from services.portal.visit import platform_of

HOME = "/shl"
_GONE = mark("这个二维码到时间了，或者已经收回。请对方再做一个。")
_OVER = mark("到时间了，给您看的内容已经收起。还要看，请对方再做一个二维码。")
_UNREADABLE = mark("这个链接看不懂。请再扫一次二维码。")
_ELSEWHERE = mark("这个链接不是这个平台的，请用别的应用打开。")
_NAMELESS = mark("请写您是谁：对方以后看得到谁看过。")


class WrongLinkError(ValueError):
    """What can't be opened; the text is a msgid."""


async def viewer_page(request: Request) -> Response:
    """The form: the link (which a script puts there), who asks, the passcode where there is one."""
    over = "over" in request.query_params
    return _asking(request, error=_OVER if over else "", over=over)


async def open_link(request: Request) -> Response:
    """What is shared, or the form again with what is wrong."""
    form = await form_of(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    link, recipient = form.get("link", ""), named(form.get("recipient", ""))
    try:
        await platform_of(request).limits.token(request.client.host if request.client else "")
        token, key = _read(request, link)
        if not recipient:
            raise WrongLinkError(_NAMELESS)
        return await _opened(request, token, key, recipient, form.get("passcode", ""))
    except Refusal as refusal:
        return refused_page(request, refusal)
    except NoLinkError:
        return _asking(request, error=_GONE, status=404)
    except WrongPasscodeError as wrong:
        return _asking(request, link, recipient, left=wrong.left, status=403)
    except WrongLinkError as wrong:
        return _asking(request, link, recipient, error=str(wrong), status=422)


def _read(request: Request, link: str) -> tuple[str, bytes]:
    """The end of the link's address, and its key."""
    try:
        told = health_link.read(link)
    except ValueError:
        raise WrongLinkError(_UNREADABLE) from None
    start = f"{platform_of(request).settings.address}{HOME}/"
    if not told.url.startswith(start):
        raise WrongLinkError(_ELSEWHERE)
    return told.url.removeprefix(start), told.key


async def _opened(request: Request, token: str, key: bytes, recipient: str, passcode: str) -> Response:
    share = await found(request, token, recipient, passcode, key)
    bundle = await content(request, share, recipient)
    resources: list[Resource] = [entry["resource"] for entry in bundle["entry"]]
    file = health_file(each for each in resources if each["resourceType"] != "OperationOutcome")
    made = page(
        request,
        "shares/templates/opened.html",
        back=HOME,
        file=my_file(file, local_day()),
        shared=share.sections,
        sensitive=share.sensitive,
        untold=[text for name, (text, _) in SECTIONS.items() if name not in share.sections],
        recipient=recipient,
        until=share.until,
        incomplete=any(each["resourceType"] == "OperationOutcome" for each in resources),
    )
    left = max(0, ceil((share.until - moment.now()).total_seconds()))
    made.headers["Refresh"] = f"{left}; url={HOME}?over=1"
    return made


def _asking(
    request: Request,
    link: str = "",
    recipient: str = "",
    *,
    error: str = "",
    left: int | None = None,
    over: bool = False,
    status: int = 200,
) -> Response:
    return page(
        request,
        "shares/templates/viewer.html",
        status=status,
        scripted=True,
        back=HOME,
        link=link,
        recipient=recipient,
        error=error,
        left=left,
        over=over,
    )
