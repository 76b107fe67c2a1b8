"""Log-in pages: password, a password of one's own, the second factor, the hat; and log-out.

The steps are those of `auth.login.log_in`; between them a first-step token lies in a cookie of its own. Every
step that ends, well or badly, is recorded before its page leaves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Agent, Interaction, Outcome
from auth.login import hats, sessions
from auth.login.log_in import Confirmed, Done, LogIn, LogInRefused, NextStep, Reason, SignedIn, Step
from auth.roles import DUTIES, Role
from fhir.outcome import Refusal
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.errors import EXPIRED_FORM, error_page, refused_page
from services.portal.login.recording import record, record_refusal
from services.portal.login.texts import refusal_text
from services.portal.management import reaches_console
from services.portal.page import HEADERS, Reader, over_tls, own_path, page, see_other, set_cookie
from services.portal.preferences import SHARED_COOKIE, remember, shared
from services.portal.roles import HOMES
from services.portal.visit import platform_of

PATHS = {
    Step.CODE: "/login/factor",
    Step.PASSKEY: "/login/passkey",
    Step.ENROL: "/login/enrol",
    Step.ENROL_PASSKEY: "/login/enrol/passkey",
    Step.PASSWORD: "/login/password",
    Step.HAT: "/login/hat",
    Step.AGAIN: "/login/again/password",
}
_FIRST = "login/templates/login.html"
_ELSEWHERE = ("login", "oauth")
"""Where a log-in may go on to, beside the pages of one's own role."""


async def home(request: Request) -> Response:
    """`/`: on to one's own first page."""
    session = await sessions.resume(platform_of(request).database, request.cookies.get(csrf.SESSION_COOKIE))
    if session is None or session.principal.role is None:
        return see_other("/login")
    own = HOMES.get(session.principal.role)
    return see_other(own) if own else error_page(request, 403, reader=Reader(session.principal.name, ""))


async def console(request: Request) -> Response:
    """`/console`: on to the first page of it that one may open; to one's own where there is none."""
    session = await sessions.resume(platform_of(request).database, request.cookies.get(csrf.SESSION_COOKIE))
    if session is not None and session.hat.post is not None and session.hat.post.administrator:
        return see_other(HOMES[Role.SECURITY])
    return await home(request)


async def log_in_page(request: Request) -> Response:
    """The form for login and password."""
    notices = {
        "displaced": mark(
            "您的账号在别处登录的次数太多，这里的登录已经结束。如果不是您本人，请马上告诉管理员。"
        ),
        "stripped": mark("您刚才用的身份已经结束：被收回了，或者到期了。请重新登录。"),
        "expired": mark("登录已过期，请重新登录。"),
        "out": mark("您已退出。"),
    }
    asked, token = set(request.query_params), session_of(request)
    if token and await sessions.stripped(platform_of(request).database, token):
        asked.add("stripped")
    notice = next((text for name, text in notices.items() if name in asked), None)
    return first_page(request, own_path(request.query_params.get("next")), notice=notice)


async def log_in(request: Request) -> Response:
    """Login and password."""
    form = await form_of(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    login, going = form.get("login", ""), own_path(form.get("next"))
    address = request.client.host if request.client else ""
    try:
        done = await steps_of(request).begin(login, form.get("password", ""), address, session_of(request))
    except LogInRefused as refused:
        await record_refusal(request, refused)
        return first_page(
            request, going, login=login, error=refusal_text(refused), status=status_of(refused), back="/login"
        )
    now, before = "shared" in form, shared(request)
    request.state.shared = now
    response = await go_on(request, done, going)
    if now != before:
        remember(response, SHARED_COOKIE, "1" if now else "0", secure=over_tls(request))
    return response


async def log_out(request: Request) -> Response:
    """End the session."""
    if await form_of(request) is None:
        return error_page(request, EXPIRED_FORM)
    platform, token = platform_of(request), session_of(request)
    session = await sessions.resume(platform.database, token)
    if session and token:
        await record(request, Agent.of(session.principal), Interaction.LOG_OUT)
        await sessions.end(platform.database, token)
    response = see_other("/login?out=1")
    if token and session and not session.shared:
        set_cookie(request, response, csrf.ENDED_COOKIE, csrf.token(token))
    response.delete_cookie(csrf.SESSION_COOKIE, path="/")
    return response


async def stay(request: Request) -> Response:
    """He is still there: his session counts as used (204), or is over (401). Nothing is shown or recorded.

    At a step of a log-in the answer says how many seconds it now waits.
    """
    form = await form_of(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    if "step" in form:
        waits = await waiting(request)
        left = {"Idle-Left": str(waits.left)} if waits else {}
        return Response(status_code=204 if waits else 401, headers=HEADERS | left)
    platform = platform_of(request)
    session = await sessions.resume(platform.database, session_of(request))
    if session is None:
        return Response(status_code=401, headers=HEADERS)
    try:
        await platform.limits.request(session.principal)
    except Refusal as refusal:
        return refused_page(request, refusal)
    return Response(status_code=204, headers=HEADERS)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Until when a step of a log-in waits, and whether it can be prolonged then."""

    until: datetime
    more: bool

    @property
    def left(self) -> int:
        """In seconds."""
        return max(0, round((self.until - moment.now()).total_seconds()))


async def waiting(request: Request) -> Waiting | None:
    """The step that came along waits on, and no longer than the session that it confirms; None where either
    is over."""
    try:
        first = await steps_of(request).prolong(token_of(request))
    except LogInRefused:
        return None
    more = first.last is not None and first.expires < first.last
    if first.session is None:
        return Waiting(first.expires, more)
    session = await sessions.resume(platform_of(request).database, session_of(request))
    return Waiting(min(first.expires, moment.now() + session.idle), more) if session else None


async def go_on(request: Request, done: Done, going: str) -> Response:
    """The next step's page, or the page that was asked for once all is proved."""
    if isinstance(done, NextStep):
        response: Response = see_other(f"{PATHS[done.step]}?next={quote(going)}")
        set_cookie(request, response, csrf.STEP_COOKIE, done.token)
        return response
    if isinstance(done, Confirmed):
        session = await sessions.resume(platform_of(request).database, session_of(request))
        if session is None:
            return see_other("/login?expired=1")
        await record(request, Agent.of(session.principal), Interaction.LOG_IN, reason=_again(done))
        response = see_other(going)
    else:
        response = await _signed_in(request, done, going)
    response.delete_cookie(csrf.STEP_COOKIE, path="/")
    return response


async def _signed_in(request: Request, done: SignedIn, going: str) -> Response:
    platform = platform_of(request)
    if done.hat.role in DUTIES and not reaches_console(request):
        await sessions.end(platform.database, done.token)
        who = Agent.of(hats.principal(done.account, done.hat))
        await record(request, who, Interaction.LOG_IN, Outcome.REFUSED, "network")
        return error_page(request, 404)
    if shared(request):
        await sessions.share(platform.database, done.token, platform.settings.shared_minutes)
    session = await sessions.resume(platform.database, done.token)
    amr = session.principal.amr if session else ()
    agent = Agent.of(hats.principal(done.account, done.hat))
    await record(request, agent, Interaction.LOG_IN, reason=" ".join(amr) or None)
    response = see_other(onward(done.hat.role, going))
    set_cookie(request, response, csrf.SESSION_COOKIE, done.token)
    return response


def onward(role: Role, going: str) -> str:
    """Where somebody goes on to: what was asked for where it may be his, else his first page."""
    own = HOMES.get(role, "/")
    area = going.split("?")[0].split("/")[1]
    return going if area in (*_ELSEWHERE, own.split("/")[1]) and area else own


def _again(done: Confirmed) -> str:
    return f"again: {' '.join(done.amr)}"


def first_page(
    request: Request,
    going: str,
    *,
    login: str = "",
    notice: str | None = None,
    error: str | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The form for login and password."""
    model: dict[str, Any] = {"notice": notice, "error": error, "login": login, "next": going}
    model["outside"] = request.state.federated is not None
    model["shared"] = shared(request)
    model["minutes"] = platform_of(request).settings.shared_minutes
    return page(request, _FIRST, status=status, **model, **more)


async def form_of(request: Request) -> dict[str, str] | None:
    """The fields of a form of ours; None for any other."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return form if csrf.accepted(request, form.get("csrf", "")) else None


def steps_of(request: Request) -> LogIn:
    """The log-in of this platform."""
    steps: LogIn = request.state.log_in
    return steps


def token_of(request: Request) -> str:
    """The first-step token that came along."""
    return request.cookies.get(csrf.STEP_COOKIE, "")


def session_of(request: Request) -> str | None:
    """The session token that came along."""
    return request.cookies.get(csrf.SESSION_COOKIE)


def status_of(refused: LogInRefused) -> int:
    """The HTTP status of a refusal."""
    return 429 if refused.reason is Reason.WAIT else 422
