"""Cross-site request forgery: a token in every form, bound to the reader's own cookie.

The token is an HMAC under a secret that only this browser's cookies hold: the session's where there is one,
else that of a cookie for forms. Another site can make the browser send the
cookie but cannot compute the token.
"""

import secrets

from starlette.requests import Request

from auth.login.sessions import csrf as token
from auth.login.sessions import csrf_matches

SESSION_COOKIE, STEP_COOKIE, FORM_COOKIE = "furong_session", "furong_step", "furong_form"
_OURS = ("same-origin", "none")

__all__ = ["FORM_COOKIE", "SESSION_COOKIE", "STEP_COOKIE", "accepted", "form_secret", "token"]


def form_secret(request: Request) -> str:
    """The secret that this browser's forms are bound to; a new one for a browser that has none."""
    return _secret(request) or secrets.token_urlsafe(32)


def accepted(request: Request, sent: str) -> bool:
    """True where a form came from a page that we gave to this browser."""
    secret = _secret(request)
    if not secret or request.headers.get("sec-fetch-site", "same-origin") not in _OURS:
        return False
    return csrf_matches(secret, sent)


def _secret(request: Request) -> str | None:
    return request.cookies.get(SESSION_COOKIE) or request.cookies.get(FORM_COOKIE)
