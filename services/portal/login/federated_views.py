"""Log-in through the outside OpenID provider, and the connection of one's account with it."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from auth.audit.record import Agent, Interaction
from auth.login import hats, sessions
from auth.login.federated import FederatedLogIn, Outcome
from auth.login.log_in import LogInRefused
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services.portal import csrf
from services.portal.errors import error_page
from services.portal.login.recording import record, record_refusal
from services.portal.login.texts import refusal_text
from services.portal.login.views import first_page, go_on, session_of, status_of, token_of
from services.portal.page import HEADERS, own_path, page, see_other, set_cookie
from services.portal.visit import Visit, visited

_FACTORS = "/login/factors"
_FRESH = timedelta(minutes=10)


async def begin(request: Request) -> Response:
    """On to the provider."""
    outside, going = _outside(request), own_path(request.query_params.get("next"))
    if outside is None:
        return error_page(request, 404)
    try:
        address, token = await outside.begin(going)
    except LogInRefused as refused:
        return await _refused(request, refused, going)
    response = RedirectResponse(address, 303, HEADERS)
    set_cookie(request, response, csrf.STEP_COOKIE, token)
    return response


async def connect(request: Request) -> Response:
    """Begin to connect the reader's account with an identity there; a link leads on."""

    async def show(visit: Visit) -> Response:
        outside = _outside(request)
        if outside is None:
            raise Refusal(Fault.NOT_FOUND, "there is no outside provider")
        if not sessions.proved(visit.session, _FRESH):
            return see_other(f"/login/again?next={_FACTORS}")
        try:
            address, token = await outside.begin(_FACTORS, session_of(request))
        except LogInRefused as refused:
            raise Refusal(Fault.UNAVAILABLE, str(refused)) from None
        response = page(request, "login/templates/connect.html", reader=visit.reader, address=address)
        set_cookie(request, response, csrf.STEP_COOKIE, token)
        return response

    every = tuple(Role)
    return await visited(request, every, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def callback(request: Request) -> Response:
    """Back from the provider."""
    outside, answer = _outside(request), dict(request.query_params)
    if outside is None:
        return error_page(request, 404)
    try:
        outcome = await outside.finish(token_of(request), answer, session_of(request))
    except LogInRefused as refused:
        return await _refused(request, refused, "/")
    await _record_binding(request, outcome)
    return await go_on(request, outcome.done, outcome.going)


async def _record_binding(request: Request, outcome: Outcome) -> None:
    if outcome.bound is None:
        return
    worn = hats.hats(outcome.bound)
    if worn:
        agent = Agent.of(hats.principal(outcome.bound, worn[-1]))
        await record(request, agent, Interaction.CONFIGURE, reason="outside identity connected")


async def _refused(request: Request, refused: LogInRefused, going: str) -> Response:
    await record_refusal(request, refused)
    response = first_page(
        request, going, error=refusal_text(refused), status=status_of(refused), back="/login"
    )
    response.delete_cookie(csrf.STEP_COOKIE, path="/")
    return response


def _outside(request: Request) -> FederatedLogIn | None:
    found: FederatedLogIn | None = request.state.federated
    return found
