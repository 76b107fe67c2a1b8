"""Passing a browser on to an app: the headers of pages from which, and redirects by which, it goes there.

RFC 9700 sections 4.2.4 (no referrer), 4.12 (303 and nothing else) and 4.16 (no frames). A form's
Content-Security-Policy must name where its answer redirects to.
"""

from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.portal.page import HEADERS, page


def quiet(response: Response, destination: str | None = None) -> Response:
    """`response` without a referrer; its forms may lead to `destination`."""
    response.headers["Referrer-Policy"] = "no-referrer"
    if destination is not None:
        policy = response.headers["Content-Security-Policy"]
        to = f"form-action 'self' {_source(destination)}"
        response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", to)
    return response


def redirected(location: str) -> Response:
    """On to the app."""
    return Response(None, 303, HEADERS | {"Referrer-Policy": "no-referrer", "Location": location})


def onward(request: Request, location: str, app: str, **model: Any) -> Response:
    """A page that goes on by itself: after a log-in its form may not redirect to another site."""
    shown = page(request, "apps/templates/onward.html", location=location, app=app, **model)
    shown.headers["Refresh"] = f"0; url={location}"
    return quiet(shown)


def _source(uri: str) -> str:
    """The source expression of CSP level 3 for an address; it holds nothing that could end it."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
