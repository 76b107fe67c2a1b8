"""HTML page: a template rendered for one reader, with the headers that every page carries.

Content-Security-Policy level 3 without `unsafe-inline`; no cache keeps a clinical page; nobody frames it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from auth.principal import Proxied
from services.portal import csrf
from services.portal.assets import address
from services.portal.catalogue import CHINESE, LANGUAGES, translations
from services.portal.formats import filters, unturned
from services.portal.on_behalf import spoken_to
from services.portal.path_segment import encode
from services.portal.preferences import Preferences, preferences
from services.portal.runs import runs

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


SCRIPTED = HEADERS | {
    "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; script-src 'self'; connect-src 'self'"
}
"""For the few pages that can't work without a script of ours (passkeys), and for whoever is logged in or logs
in: the page asks before his session or step ends, and a resident's can be read aloud."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at a page: name and role, as the head of the page shows them, and what else it offers him.

    `several` is whether he may act as something else, `administrator` whether he keeps his house's accounts.
    `about` is the resident at whose file he looks as a `proxy`. After `idle` seconds without use his session
    ends; on a `shared` device the page then goes even where no script can ask.
    """

    name: str
    role: str
    several: bool = False
    administrator: bool = False
    about: str | None = None
    proxy: str | None = None
    idle: int | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """The watermark of a clinical page; `purpose` is a msgid.

    `code` is the invisible part: a line of its own behind what the page says, so that no name, number or
    heading that is copied carries it.
    """

    who: str
    house: str | None
    when: datetime
    purpose: str
    record: str
    code: str


@cache
def environment(language: str, *, behalf: bool = False, desk: bool = False) -> Environment:
    """The templates in one language, for a reader of his own file or (`behalf`) of another's, for a help
    `desk` too; unknown names are errors, everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.filters.update(filters(language), segment=encode, runs=runs)
    chinese = language == CHINESE
    made.globals.update(static=address, chinese_page=chinese, colon="：" if chinese else ": ")
    catalogue = translations(language)
    gettext = spoken_to(catalogue.gettext, desk=desk) if behalf else catalogue.gettext
    made.install_gettext_callables(gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return made


def render(
    template: str, wanted: Preferences, *, token: str, path: str, reader: Reader | None = None, **model: Any
) -> str:
    """The text of a page; `template` is a path below the portal, `path` where the reader is.

    No text of a record turns the order in which a line is read.
    """
    model = {"mark": None, "step": None} | model
    model |= {
        "language": wanted.language,
        "other_language": next(language for language in LANGUAGES if language != wanted.language),
        "chinese": wanted.language == CHINESE,
        "elder": wanted.elder,
        "csrf": token,
        "path": path,
        "reader": reader,
    }
    proxy = reader.proxy if reader else None
    templates = environment(wanted.language, behalf=proxy is not None, desk=proxy == Proxied.HELP_DESK)
    return unturned(templates.get_template(template).render(model))


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    reader: Reader | None = None,
    scripted: bool = False,
    mark: Mark | None = None,
    **model: Any,
) -> HTMLResponse:
    """A page for this request: the reader's language and type size, a token for its forms, the headers."""
    secret = csrf.form_secret(request)
    path = request.url.path if request.method in ("GET", "HEAD") else str(model.pop("back", "/"))
    model["mark"] = mark
    text = render(template, preferences(request), token=csrf.token(secret), path=path, reader=reader, **model)
    scripted = scripted or (reader is not None and reader.idle is not None)
    response = HTMLResponse(text, status, SCRIPTED if scripted else HEADERS)
    if secret not in request.cookies.values():
        set_cookie(request, response, csrf.FORM_COOKIE, secret)
    return response


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie for this browser session: no script reads it, no other site's form sends it."""
    secure = over_tls(request)
    response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=secure)


def over_tls(request: Request) -> bool:
    """Do people reach this platform over https (by its own address, not by what the proxy says)?"""
    return bool(request.app.state.platform.settings.address.startswith("https:"))


def see_other(path: str) -> RedirectResponse:
    """After a form: 303 to a page of ours."""
    return RedirectResponse(path, 303, HEADERS)


def own_path(path: str | None, default: str = "/") -> str:
    """A path of this site to go on to, or `default`: never another site, never a control character."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return default
    return path if path.isprintable() and "\\" not in path else default
