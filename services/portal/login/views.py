"""Log-in pages: password, a password of one's own, the second factor; and log-out.

The steps are those of `auth.login.log_in`; between them a first-step token lies in a cookie of its own. Every
step that ends, well or badly, is recorded before its page leaves.
"""

from collections.abc import Awaitable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from auth.login import sessions
from auth.login.log_in import LogIn, LogInRefused, NextStep, Reason, SignedIn, Step
from auth.roles import Role
from auth.store.accounts import AccountRecord
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.errors import EXPIRED_FORM, error_page, reference_of
from services.portal.login.texts import refusal_text
from services.portal.page import Reader, own_path, page, see_other, set_cookie
from services.portal.visit import platform_of

HOMES = {
    Role.CLINICIAN: "/clinician",
    Role.RESIDENT: "/resident",
    Role.STEWARD: "/console/feeds",
    Role.OPERATOR: "/console/feeds",
    Role.AUDITOR: "/console/audit",
    Role.PRIVACY: "/console/reviews",
    Role.SECURITY: "/console/alarms",
}
_PATHS = {Step.CODE: "/login/factor", Step.ENROL: "/login/enrol", Step.PASSWORD: "/login/password"}
_FIRST = "login/templates/login.html"


async def home(request: Request) -> Response:
    """`/`: on to one's own first page."""
    session = await sessions.resume(platform_of(request).database, request.cookies.get(csrf.SESSION_COOKIE))
    if session is None or session.principal.role is None:
        return see_other("/login")
    own = HOMES.get(session.principal.role)
    return see_other(own) if own else error_page(request, 403, reader=Reader(session.principal.name, ""))


async def log_in_page(request: Request) -> Response:
    """The form for login and password."""
    notices = {"expired": mark("登录已过期，请重新登录。"), "out": mark("您已退出。")}
    notice = next((text for name, text in notices.items() if name in request.query_params), None)
    going = own_path(request.query_params.get("next"))
    return page(request, _FIRST, notice=notice, error=None, login="", next=going)


async def log_in(request: Request) -> Response:
    """Login and password."""
    form = await _form(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    login, going = form.get("login", ""), own_path(form.get("next"))
    address = request.client.host if request.client else ""
    try:
        done = await _steps(request).begin(login, form.get("password", ""), address, _session(request))
    except LogInRefused as refused:
        await _record_refusal(request, refused)
        model: dict[str, Any] = {
            "notice": None,
            "error": refusal_text(refused),
            "login": login,
            "next": going,
        }
        return page(request, _FIRST, status=_status(refused), back="/login", **model)
    return await _go_on(request, done, going)


async def step_page(request: Request) -> Response:
    """The form of the step that is due: the factor's code, its enrolment, or a new password."""
    return await _step_page(request, own_path(request.query_params.get("next")), None)


async def step(request: Request) -> Response:
    """One step beyond the password."""
    form = await _form(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    going = own_path(form.get("next"))
    if request.url.path == _PATHS[Step.PASSWORD] and form.get("password") != form.get("again"):
        return await _step_page(request, going, mark("两次输入的密码不一样。"), 422)
    try:
        done = await _take(request, form)
    except LogInRefused as refused:
        await _record_refusal(request, refused)
        if refused.reason is Reason.OVER:
            return see_other(f"/login?expired=1&next={quote(going)}")
        return await _step_page(request, going, refusal_text(refused), _status(refused))
    return await _go_on(request, done, going)


async def log_out(request: Request) -> Response:
    """End the session."""
    if await _form(request) is None:
        return error_page(request, EXPIRED_FORM)
    platform, token = platform_of(request), _session(request)
    session = await sessions.resume(platform.database, token)
    if session and token:
        await _record(request, Agent.of(session.principal), Interaction.LOG_OUT)
        await sessions.end(platform.database, token)
    response = see_other("/login?out=1")
    response.delete_cookie(csrf.SESSION_COOKIE, path="/")
    return response


def _take(request: Request, form: dict[str, str]) -> Awaitable[NextStep | SignedIn]:
    token, steps = request.cookies.get(csrf.STEP_COOKIE, ""), _steps(request)
    if request.url.path == _PATHS[Step.PASSWORD]:
        return steps.change_password(token, form.get("password", ""), _session(request))
    confirm = steps.enrol if request.url.path == _PATHS[Step.ENROL] else steps.confirm
    return confirm(token, form.get("code", ""), _session(request))


async def _step_page(request: Request, going: str, error: str | None, status: int = 200) -> Response:
    path = request.url.path
    model: dict[str, Any] = {"error": error, "next": going, "back": path}
    if path == _PATHS[Step.ENROL]:
        try:
            offer = await _steps(request).offer(request.cookies.get(csrf.STEP_COOKIE, ""))
        except LogInRefused:
            return see_other("/login?expired=1")
        model |= {"secret": offer.secret, "uri": offer.uri}
    return page(request, f"login/templates/{path.rpartition('/')[2]}.html", status=status, **model)


async def _go_on(request: Request, done: NextStep | SignedIn, going: str) -> Response:
    if isinstance(done, NextStep):
        response: Response = see_other(f"{_PATHS[done.step]}?next={quote(going)}")
        set_cookie(request, response, csrf.STEP_COOKIE, done.token)
        return response
    await _record(request, _agent(done.account), Interaction.LOG_IN)
    home = HOMES.get(done.account.roles[0], "/")
    response = see_other(going if going.startswith(home) else home)
    set_cookie(request, response, csrf.SESSION_COOKIE, done.token)
    response.delete_cookie(csrf.STEP_COOKIE, path="/")
    return response


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form of ours; None for any other."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    return form if csrf.accepted(request, form.get("csrf", "")) else None


def _steps(request: Request) -> LogIn:
    steps: LogIn = request.state.log_in
    return steps


def _session(request: Request) -> str | None:
    return request.cookies.get(csrf.SESSION_COOKIE)


def _status(refused: LogInRefused) -> int:
    return 429 if refused.reason is Reason.WAIT else 422


def _agent(account: AccountRecord) -> Agent:
    return Agent(
        kind="person",
        id=account.id,
        name=account.name,
        role=account.roles[0].value,
        organization=account.organization,
        practitioner=account.practitioner,
        patient=account.patient,
    )


async def _record_refusal(request: Request, refused: LogInRefused) -> None:
    await _record(request, NOBODY, Interaction.LOG_IN, Outcome.REFUSED, refused.reason.value)


async def _record(
    request: Request,
    agent: Agent,
    interaction: Interaction,
    outcome: Outcome = Outcome.SUCCESS,
    reason: str | None = None,
) -> None:
    peer = request.client.host if request.client else None
    record = AuditRecord(
        agent=agent,
        interaction=interaction,
        outcome=outcome,
        reason=reason,
        peer=peer,
        request=reference_of(request),
    )
    await platform_of(request).recorder.record(record)
