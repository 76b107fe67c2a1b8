"""One's own log-in: the second factors of the account, and the change of hats."""

from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Agent, AuditRecord, Interaction
from auth.login import factors, hats, passkeys, sessions
from auth.login.log_in import Step
from auth.principal import Proxied
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.login.hats import choices, works
from services.portal.login.views import go_on, session_of, steps_of
from services.portal.page import page, see_other, set_cookie
from services.portal.roles import HOMES
from services.portal.visit import Visit, visited

EVERYONE, PROXIES = tuple(Role), tuple(Proxied)
FACTORS_PATH, HATS_PATH = "/login/factors", "/login/hats"
_AGAIN = f"/login/again?next={quote(FACTORS_PATH)}"
_FRESH = timedelta(minutes=10)
_ADD = {"passkey": Step.ENROL_PASSKEY, "code": Step.ENROL}
_LAST = mark("这是您的最后一种第二步验证，不能删除。请先添加另一种。")


async def factors_page(request: Request) -> Response:
    """The passkeys and the authenticator of the reader's own account."""

    async def show(visit: Visit) -> Response:
        return _factors(request, visit)

    return await visited(request, EVERYONE, show, type=None, proxies=PROXIES)


async def change_factors(request: Request) -> Response:
    """Add or remove one, by somebody who has proved lately who he is."""

    async def show(visit: Visit) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        if not sessions.proved(visit.session, _FRESH):
            return see_other(_AGAIN)
        if form.get("add") in _ADD:
            begun = await steps_of(request).add(session_of(request), _ADD[form["add"]])
            return await go_on(request, begun, FACTORS_PATH) if begun else see_other(_AGAIN)
        return await _removed(request, visit, form.get("remove", ""))

    return await visited(request, EVERYONE, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def _removed(request: Request, visit: Visit, which: str) -> Response:
    visit.note(reason=f"second factor removed: {'one-time codes' if which == 'code' else 'passkey'}")
    database, account = visit.platform.database, visit.session.account
    if which == "code":
        done = await factors.remove(database, account)
    else:
        done = await passkeys.remove(database, account, which)
    return see_other(FACTORS_PATH) if done else _factors(request, visit, _LAST, 422)


def _factors(request: Request, visit: Visit, error: str | None = None, status: int = 200) -> Response:
    account = visit.session.account
    return page(
        request,
        "login/templates/factors.html",
        status=status,
        reader=visit.reader,
        back=FACTORS_PATH,
        passkeys=account.passkeys,
        code=account.totp is not None,
        outside=request.state.federated is not None,
        connected=account.subject is not None,
        error=error,
    )


async def hats_page(request: Request) -> Response:
    """What else the reader may act as."""

    async def show(visit: Visit) -> Response:
        return page(
            request,
            "login/templates/hat.html",
            reader=visit.reader,
            choices=await choices(request, visit.session.account),
            worn=visit.session.hat.id,
            action=HATS_PATH,
            staff=works(visit.session.account),
            error=None,
            next="/",
        )

    return await visited(request, EVERYONE, show, type=None, proxies=PROXIES)


async def switch(request: Request) -> Response:
    """Put on another hat: a new session, while the old one ends; the record names both."""

    async def show(visit: Visit) -> Response:
        wanted, old = str((await request.form()).get("hat", "")), session_of(request) or ""
        chosen = hats.hat(visit.session.account, wanted)
        token = await sessions.switch(visit.platform.database, old, wanted) if chosen else None
        if chosen is None or token is None:
            raise Refusal(Fault.NOT_FOUND, "the account has no such post now")
        visit.note(reason=f"puts off {visit.session.hat.id}")
        await visit.platform.recorder.record(_worn(visit, chosen, token))
        response = see_other(HOMES.get(chosen.role, "/"))
        set_cookie(request, response, csrf.SESSION_COOKIE, token)
        return response

    return await visited(
        request, EVERYONE, show, form=True, type=None, interaction=Interaction.LOG_OUT, proxies=PROXIES
    )


def _worn(visit: Visit, chosen: hats.Hat, token: str) -> AuditRecord:
    session = visit.session
    who = hats.principal(session.account, chosen, session=sessions.name_of(token))
    reason = f"puts on {chosen.id}"
    return AuditRecord(Agent.of(who), Interaction.LOG_IN, reason=reason, request=visit.record.request)
