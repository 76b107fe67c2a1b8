"""The authorization endpoint and the question that it puts to a person.

RFC 6749 section 3.1; SMART App Launch 2.2; OpenID Connect Core 3.1.2. What an app sends is checked at once
and kept under a name that says nothing; everything after that happens at this name, so that a log-in can lie
in between and no address holds what the app sent.
"""

from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.authorization_server import AuthorizationServer
from auth.authorization_server.authorization_code import Answer
from auth.authorization_server.authorization_endpoint import Asked, Refused
from auth.authorization_server.authorization_request import LARGEST, parse
from auth.login import sessions
from auth.login.sessions import WebSession
from auth.rate_limits import Throttled
from auth.roles import Role
from auth.smart import selection
from auth.store import authorization_requests, grants
from auth.store.authorization_requests import Pending
from auth.store.grants import Grant
from services.portal import csrf
from services.portal.apps import context
from services.portal.apps.context import Context
from services.portal.apps.deeds import Deed, Kind
from services.portal.apps.passing import onward, quiet, redirected
from services.portal.apps.presenters import question
from services.portal.apps.refusals import failed_request, refused_request, throttled_request
from services.portal.page import page, see_other
from services.portal.visit import Visit, platform_of, visited

USERS = (Role.CLINICIAN, Role.RESIDENT)
"""Who has something that an app could be let see."""
_PATH = "/oauth/consent"


def server_of(request: Request) -> AuthorizationServer:
    """The authorization server of this platform."""
    server: AuthorizationServer = request.app.state.authorization
    return server


async def authorize(request: Request) -> Response:
    """`/oauth/authorize`: judge what an app sends, keep it, and go on to the person."""
    try:
        await platform_of(request).limits.authorization(request.client.host if request.client else "")
    except Throttled as refusal:
        return await throttled_request(request, refusal)
    body = await _body(request) if request.method == "POST" else request.url.query
    if body is None:
        return refused_request(request, "invalid_request")
    try:
        pairs = parse(body)
        asked = await run_in_threadpool(server_of(request).asked, pairs)
    except Refused as refused:
        return await failed_request(request, refused)
    except Exception as error:
        if getattr(error, "error", None) != "invalid_request":
            raise
        return refused_request(request, "invalid_request")
    name = await authorization_requests.insert(platform_of(request).database, asked.parameters)
    return quiet(see_other(f"{_PATH}/{name}"))


async def consent_page(request: Request, name: str) -> Response:
    """The person's side of a request: log-in, the Patient, the question; or the answer, if it is known."""
    found = await _found(request, name)
    if isinstance(found, Response):
        return found
    pending, asked = found
    session = await _session(request)
    silent = "none" in asked.prompts
    if session is None or _stale(session, asked, pending):
        if silent:
            return await _over(request, name, asked.refuse("login_required"))
        way = "/login" if session is None else "/login/again"
        return quiet(see_other(f"{way}?next={quote(request.url.path)}"))

    async def show(visit: Visit) -> Response:
        return await _asked(request, visit, name, pending, asked)

    return await visited(request, USERS, show, type=None)


async def decide(request: Request, name: str) -> Response:
    """The person's answer."""
    found = await _found(request, name)
    if isinstance(found, Response):
        return found
    pending, asked = found

    async def show(visit: Visit) -> Response:
        form = await request.form()
        if _stale(visit.session, asked, pending):
            return quiet(see_other(f"{_PATH}/{name}"))
        around = await context.around(visit, asked, pending)
        if not isinstance(around, Context) or form.get("answer") not in ("allow", "deny"):
            return quiet(see_other(f"{_PATH}/{name}"))
        if form["answer"] == "deny":
            visit.note(reason=f"refused to the app {asked.client.id}")
            return await _over(request, name, asked.refuse("access_denied"))
        scope = selection.kept(asked.scope, set(form))
        return await _allow(request, visit, name, asked, around, scope)

    return await visited(request, USERS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def pick(request: Request, name: str) -> Response:
    """The Patient for an app that a doctor opens by itself: a search, or the one that was found."""
    found = await _found(request, name)
    if isinstance(found, Response):
        return found
    _, asked = found

    async def show(visit: Visit) -> Response:
        form = await request.form()
        chosen = str(form.get("patient", ""))
        if chosen:
            reference = await context.chosen(visit, chosen)
            await authorization_requests.pick(
                visit.platform.database, name, reference, context.picker(visit.session)
            )
            return quiet(see_other(f"{_PATH}/{name}"))
        query = str(form.get("query", "")).strip()[:100]
        return await context.picker_page(request, visit, name, asked.client.name, query)

    return await visited(request, (Role.CLINICIAN,), show, form=True, interaction=Interaction.SEARCH)


async def _asked(request: Request, visit: Visit, name: str, pending: Pending, asked: Asked) -> Response:
    around, silent = await context.around(visit, asked, pending), "none" in asked.prompts
    if around is context.UNKNOWN:
        location = asked.refuse("invalid_request", "launch is unknown, used or over")
        return _passed(request, visit, asked, pending, location)
    if not isinstance(around, Context):
        if silent:
            return await _over(request, name, asked.refuse("interaction_required"))
        return await context.picker_page(request, visit, name, asked.client.name, "")
    banner = await context.banner_of(visit, around.patient) if around.patient else None
    if around.patient and banner is None:
        return _passed(request, visit, asked, pending, asked.refuse("access_denied"))
    session, database = visit.session, visit.platform.database
    known = await grants.find(database, session.account.id, session.hat.id, asked.client.id)
    if known and known.covers(asked.scope) and "consent" not in asked.prompts and not asked.impersonable:
        return await _allow(request, visit, name, asked, around, known.scope, since=pending)
    if silent:
        return await _over(request, name, asked.refuse("consent_required"))
    model: dict[str, Any] = {"question": question(asked, banner), "action": f"{_PATH}/{name}"}
    shown = page(request, "apps/templates/consent.html", reader=visit.reader, **model)
    return quiet(shown, asked.redirect_uri)


async def _allow(
    request: Request,
    visit: Visit,
    name: str,
    asked: Asked,
    around: Context,
    scope: str,
    since: Pending | None = None,
) -> Response:
    """A code for the app; `since` is the request where an earlier answer is used."""
    session, database = visit.session, visit.platform.database
    if not await authorization_requests.take(database, name):
        return refused_request(request, "expired")
    given = Answer(
        account=session.account.id,
        hat=session.hat.id,
        session=session.principal.session or "",
        amr=session.principal.amr,
        proved=session.proved,
        scope=scope,
        patient=around.patient,
        encounter=around.encounter,
        context=around.context,
        intent=around.intent,
    )
    location = await run_in_threadpool(asked.allow, given)
    if location is None:
        return redirected(asked.refuse("access_denied"))
    visit.note(
        interaction=Interaction.TOKEN,
        patients=(around.patient,) if around.patient else (),
        reason=Deed(Kind.ALLOWED, asked.client.id, scope).reason,
    )
    await _remember(visit, asked, around, scope, new=since is None)
    return _passed(request, visit, asked, since, location) if since else redirected(location)


def _passed(request: Request, visit: Visit, asked: Asked, pending: Pending, location: str) -> Response:
    """On to the app without having asked anything; by a page where a log-in form has led here."""
    if visit.session.proved >= pending.created:
        return onward(request, location, asked.client.name, reader=visit.reader)
    return redirected(location)


async def _remember(visit: Visit, asked: Asked, around: Context, scope: str, *, new: bool) -> None:
    session, now = visit.session, moment.now()
    grant = Grant(
        client=asked.client.id,
        account=session.account.id,
        hat=session.hat.id,
        requested=asked.scope,
        scope=scope,
        patient=around.patient,
        given=now,
        used=now,
    )
    database = visit.platform.database
    await (grants.remember(database, grant) if new else grants.use(database, grant))


async def _found(request: Request, name: str) -> tuple[Pending, Asked] | Response:
    """The request of this name, judged anew: what an app was allowed a minute ago may be over."""
    pending = await authorization_requests.find(platform_of(request).database, name)
    if pending is None:
        return refused_request(request, "expired")
    try:
        return pending, await run_in_threadpool(server_of(request).asked, pending.parameters.items())
    except Refused as refused:
        return await failed_request(request, refused)


async def _over(request: Request, name: str, location: str) -> Response:
    await authorization_requests.take(platform_of(request).database, name)
    return redirected(location)


async def _session(request: Request) -> WebSession | None:
    return await sessions.resume(platform_of(request).database, request.cookies.get(csrf.SESSION_COOKIE))


def _stale(session: WebSession, asked: Asked, pending: Pending) -> bool:
    """Must he prove once more who he is? (prompt=login, max_age: OpenID Connect Core 3.1.2.1)"""
    if session.proved >= pending.created:
        return False
    if "login" in asked.prompts:
        return True
    return asked.max_age is not None and moment.after(session.proved, asked.max_age) <= moment.now()


async def _body(request: Request) -> bytes | None:
    """The form of an app's POST, read no further than it may be long."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
