"""Ended session: what somebody had written when it ended is given back to him.

WCAG 2.2, 2.2.5. Only to the browser that sent it, from a form that we gave to it; nothing is kept. On a
device that people share a script sends nothing: whoever comes next is not to read it.
"""

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.portal import csrf
from services.portal.page import own_path, page, see_other

_WRITTEN = ("text", "words", "reason", "note")
"""The fields in which people write sentences."""


async def give_back(request: Request) -> Response:
    """What a page whose session has ended still held, as its script sends it."""
    return await written_page(request) or see_other("/login?expired=1")


async def written_page(request: Request) -> Response | None:
    """The page with what was written in the form; None where that was nothing."""
    form = await request.form()
    written = [text for name in _WRITTEN if (text := str(form.get(name, "")).strip())]
    if not written or not csrf.accepted(request, str(form.get("csrf", ""))):
        return None
    back = own_path(urlsplit(request.headers.get("referer", "")).path)
    login = f"/login?next={quote(back)}"
    return page(request, "templates/ended.html", status=403, written=written, login=login)
