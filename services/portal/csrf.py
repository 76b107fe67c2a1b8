"""Cross-site request forgery: a token in every form, bound to the reader's own cookie.

The token is an HMAC under a secret that only this browser's cookies hold: the session's where there is one,
else that of a cookie for forms. Another site can make the browser send the
cookie but cannot compute the token.
"""

import hmac
import secrets

from starlette.requests import Request

from auth.login.sessions import csrf as token
from auth.login.sessions import csrf_matches

SESSION_COOKIE, STEP_COOKIE, FORM_COOKIE = "furong_session", "furong_step", "furong_form"
ENDED_COOKIE = "furong_ended"
"""The token of the forms of the session that this browser last logged out of."""
_OURS = ("same-origin", "none")

__all__ = [
    "ENDED_COOKIE",
    "FORM_COOKIE",
    "SESSION_COOKIE",
    "STEP_COOKIE",
    "accepted",
    "form_secret",
    "given_before",
    "token",
]


def form_secret(request: Request) -> str:
    """The secret that this browser's forms are bound to; a new one for a browser that has none."""
    return _secret(request) or secrets.token_urlsafe(32)


def accepted(request: Request, sent: str) -> bool:
    """True where a form came from a page that we gave to this browser."""
    secret = _secret(request)
    return bool(secret) and _from_here(request) and csrf_matches(str(secret), sent)


def given_before(request: Request, sent: str) -> bool:
    """True where a form came from a page that we gave to this browser before it logged out."""
    last = request.cookies.get(ENDED_COOKIE, "")
    matches = hmac.compare_digest(last.encode(), sent.encode("utf-8", "surrogatepass"))
    return bool(last) and _from_here(request) and matches


def _from_here(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") in _OURS


def _secret(request: Request) -> str | None:
    return request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE)
