"""Language, elder mode and whether people share the device: what a reader chose, kept in cookies.

Chinese first: a browser gets English only where it asks for English and never mentions Chinese, or where the
reader chose it.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.portal.catalogue import CHINESE, ENGLISH, LANGUAGES

LANGUAGE_COOKIE, ELDER_COOKIE, SHARED_COOKIE = "furong_language", "furong_elder", "furong_shared"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """The language of a page and whether its type is large."""

    language: str = CHINESE
    elder: bool = False


def preferences(request: Request) -> Preferences:
    """What the reader chose, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    language = chosen if chosen in LANGUAGES else _accepted(request.headers.get("accept-language", ""))
    return Preferences(language, request.cookies.get(ELDER_COOKIE) == "1")


def shared(request: Request) -> bool:
    """Is this a device that people share, as this or the last log-in on it says?"""
    known = getattr(request.state, "shared", None)
    return request.cookies.get(SHARED_COOKIE) == "1" if known is None else bool(known)


def remember(response: Response, name: str, value: str, *, secure: bool) -> None:
    """Keep one choice for a year."""
    response.set_cookie(name, value, max_age=_YEAR, path="/", httponly=True, samesite="lax", secure=secure)


def _accepted(header: str) -> str:
    asked = {part.split(";")[0].strip().lower().split("-")[0] for part in header.split(",")}
    return ENGLISH if "en" in asked and "zh" not in asked else CHINESE
