"""The resident's own rules: a list with its history, a new one with a look ahead, and the way back."""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from services.portal.consents.desk import Desk
from services.portal.consents.pages import Pages, Show
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited

HOME = "/resident/consents"
_NAVIGATION = "resident/templates/navigation.html"


async def _at(request: Request, show: Show, *, form: bool = False) -> Response:
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


pages = Pages(_at)
