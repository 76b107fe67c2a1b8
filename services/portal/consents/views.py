"""The resident's own rules: a list with its history, a new one with a look ahead, and the way back."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from services.portal.consents.desk import Desk
from services.portal.resident.views import own_patient
from services.portal.visit import Visit, visited

HOME = "/resident/consents"
_NAVIGATION = "resident/templates/navigation.html"


async def consents_page(request: Request) -> Response:
    """The rules in force, and those that were withdrawn."""
    return await _at(request, Desk.listed)


async def new_page(request: Request) -> Response:
    """The form of a new rule."""
    return await _at(request, Desk.form)


async def preview(request: Request) -> Response:
    """What a rule would do."""
    return await _at(request, Desk.preview, form=True)


async def give(request: Request) -> Response:
    """Give a rule."""
    return await _at(request, Desk.give, form=True)


async def consent_page(request: Request, id: str) -> Response:
    """What withdrawing a rule would do."""
    return await _at(request, lambda desk: desk.one(id))


async def withdraw(request: Request, id: str) -> Response:
    """Withdraw a rule."""
    return await _at(request, lambda desk: desk.withdraw(id), form=True)


async def _at(
    request: Request, show: Callable[[Desk], Awaitable[Response]], *, form: bool = False
) -> Response:
    async def shown(visit: Visit) -> Response:
        return await show(Desk(visit, request, HOME, _NAVIGATION, own_patient(visit), "web"))

    return await visited(
        request,
        (Role.RESIDENT,),
        shown,
        form=form,
        type="Consent",
        interaction=Interaction.VIEW,
        proxies=(Proxied.PARENT,),
    )
