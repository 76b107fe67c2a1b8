"""The steps of a log-in beyond the password, each a page and its form."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Agent, Interaction
from auth.login import hats
from auth.login.log_in import Done, LogInRefused, Reason, Step, takes_code
from auth.roles import Factor, demanded
from auth.store.accounts import AccountRecord
from services.portal.catalogue import mark
from services.portal.errors import EXPIRED_FORM, error_page
from services.portal.login.hats import choices, works
from services.portal.login.recording import record, record_refusal
from services.portal.login.texts import refusal_text
from services.portal.login.views import (
    PATHS,
    form_of,
    go_on,
    session_of,
    status_of,
    steps_of,
    token_of,
    waiting,
)
from services.portal.page import own_path, page, see_other

Model = dict[str, Any]
_OF_PATH = {path: step for step, path in PATHS.items()}


async def step_page(request: Request) -> Response:
    """The form of the step that is due."""
    return await _page(request, own_path(request.query_params.get("next")), None)


async def step(request: Request) -> Response:
    """One step beyond the password."""
    form = await form_of(request)
    if form is None:
        return error_page(request, EXPIRED_FORM)
    going, due = own_path(form.get("next")), _OF_PATH[request.url.path]
    if due is Step.PASSWORD and form.get("password") != form.get("again"):
        return await _page(request, going, mark("两次输入的密码不一样。"), 422)
    try:
        done = await _TAKE[due](request, form)
    except LogInRefused as refused:
        await record_refusal(request, refused)
        if refused.reason is Reason.OVER:
            return _over(going)
        return await _page(request, going, refusal_text(refused), status_of(refused))
    return await go_on(request, done, going)


async def again(request: Request) -> Response:
    """`/login/again`: whoever is logged in proves once more who he is, then goes on to `next`."""
    going = own_path(request.query_params.get("next"))
    try:
        return await go_on(request, await steps_of(request).again(session_of(request)), going)
    except LogInRefused:
        return _over(going)


async def _password(request: Request, form: dict[str, str]) -> Done:
    return await steps_of(request).change_password(
        token_of(request), form.get("password", ""), session_of(request)
    )


async def _code(request: Request, form: dict[str, str]) -> Done:
    return await steps_of(request).confirm(token_of(request), form.get("code", ""), session_of(request))


async def _enrol(request: Request, form: dict[str, str]) -> Done:
    steps, token = steps_of(request), token_of(request)
    account = await steps.account(token, Step.ENROL)
    done = await steps.enrol(token, form.get("code", ""), session_of(request))
    await _enrolled(request, account, "one-time codes")
    return done


async def _passkey(request: Request, form: dict[str, str]) -> Done:
    answer = form.get("credential", "")
    return await steps_of(request).use_passkey(token_of(request), answer, session_of(request))


async def _enrol_passkey(request: Request, form: dict[str, str]) -> Done:
    steps, token = steps_of(request), token_of(request)
    account = await steps.account(token, Step.ENROL, Step.ENROL_PASSKEY)
    answer, name = form.get("credential", ""), form.get("name", "")
    done = await steps.enrol_passkey(token, answer, name, session_of(request))
    await _enrolled(request, account, "passkey")
    return done


async def _hat(request: Request, form: dict[str, str]) -> Done:
    return await steps_of(request).wear(token_of(request), form.get("hat", ""), session_of(request))


async def _again(request: Request, form: dict[str, str]) -> Done:
    return await steps_of(request).repeat_password(token_of(request), form.get("password", ""))


_TAKE: dict[Step, Callable[[Request, dict[str, str]], Awaitable[Done]]] = {
    Step.PASSWORD: _password,
    Step.CODE: _code,
    Step.ENROL: _enrol,
    Step.PASSKEY: _passkey,
    Step.ENROL_PASSKEY: _enrol_passkey,
    Step.HAT: _hat,
    Step.AGAIN: _again,
}


async def _page(request: Request, going: str, error: str | None, status: int = 200) -> Response:
    due = _OF_PATH[request.url.path]
    try:
        model = await _MODEL[due](request)
    except LogInRefused:
        return _over(going)
    waits = await waiting(request)
    if waits is None:
        return _over(going)
    template = f"login/templates/{_TEMPLATES[due]}.html"
    more: Model = {"error": error, "next": going, "back": request.url.path, "step": waits}
    return page(request, template, status=status, scripted=True, **model, **more)


async def _of_password(request: Request) -> Model:
    account = await steps_of(request).account(token_of(request), Step.PASSWORD)
    return {"reset": account.reset, "one_time": account.one_time}


async def _of_code(request: Request) -> Model:
    account = await steps_of(request).account(token_of(request), Step.CODE, Step.PASSKEY)
    return {"passkey": bool(account.passkeys)}


async def _of_enrolment(request: Request) -> Model:
    offer = await steps_of(request).offer(token_of(request))
    return {"secret": offer.secret, "uri": offer.uri}


async def _of_passkey(request: Request) -> Model:
    account = await steps_of(request).account(token_of(request), Step.PASSKEY)
    options = await steps_of(request).request_passkey(token_of(request))
    return {"options": options, "code": takes_code(account)}


async def _of_new_passkey(request: Request) -> Model:
    account = await steps_of(request).account(token_of(request), Step.ENROL, Step.ENROL_PASSKEY)
    options = await steps_of(request).offer_passkey(token_of(request))
    code = demanded(account.roles) is Factor.CODE and not account.has_factor
    return {"options": options, "code": code}


async def _of_hats(request: Request) -> Model:
    account = await steps_of(request).account(token_of(request), Step.HAT)
    return {"choices": await choices(request, account), "action": PATHS[Step.HAT], "worn": None} | {
        "staff": works(account)
    }


async def _of_again(request: Request) -> Model:
    await steps_of(request).account(token_of(request), Step.AGAIN)
    return {}


_MODEL: dict[Step, Callable[[Request], Awaitable[Model]]] = {
    Step.PASSWORD: _of_password,
    Step.CODE: _of_code,
    Step.ENROL: _of_enrolment,
    Step.PASSKEY: _of_passkey,
    Step.ENROL_PASSKEY: _of_new_passkey,
    Step.HAT: _of_hats,
    Step.AGAIN: _of_again,
}
_TEMPLATES = {
    Step.PASSWORD: "password",
    Step.CODE: "factor",
    Step.ENROL: "enrol",
    Step.PASSKEY: "passkey",
    Step.ENROL_PASSKEY: "enrol_passkey",
    Step.HAT: "hat",
    Step.AGAIN: "again",
}


async def _enrolled(request: Request, account: AccountRecord, kind: str) -> None:
    """A new second factor is an event of its own, whatever becomes of the log-in."""
    agent = Agent.of(hats.principal(account, hats.hats(account)[0]))
    await record(request, agent, Interaction.CONFIGURE, reason=f"second factor enrolled: {kind}")


def _over(going: str) -> Response:
    return see_other(f"/login?expired=1&next={quote(going)}")
