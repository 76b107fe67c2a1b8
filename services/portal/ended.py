"""Ended session: what somebody had written when it ended is given back to him.

WCAG 2.2, 2.2.5. Only to the browser that sent it, from a form that we gave to it; nothing is kept. On a
device that people share nothing is given back: whoever comes next is not to read it.
"""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.portal import csrf
from services.portal.page import own_path, page, see_other
from services.portal.preferences import shared

_WRITTEN = ("text", "words", "reason", "note")
"""The fields in which people write sentences."""


async def give_back(request: Request) -> Response:
    """What a page whose session has ended still held, as its script sends it."""
    return await written_page(request) or see_other("/login?expired=1")


async def written_page(request: Request) -> Response | None:
    """The page with what was written in the form; None where that was nothing."""
    form = await request.form()
    written = [text for name in _WRITTEN if (text := str(form.get(name, "")).strip())]
    token = str(form.get("csrf", ""))
    ours = csrf.accepted(request, token) or csrf.given_before(request, token)
    if not written or not ours or shared(request):
        return None
    at = urlsplit(request.headers.get("referer", ""))
    back = own_path(f"{at.path}?{at.query}" if at.query else at.path)
    login = f"/login?next={quote(back)}"
    return page(request, "templates/ended.html", status=403, written=written, login=login)
