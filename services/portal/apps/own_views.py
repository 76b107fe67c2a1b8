"""The apps that somebody has let in, and taking that back."""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from auth.store import clients, grants
from fhir.outcome import Fault, Refusal
from services.portal.apps.deeds import Deed, Kind
from services.portal.apps.presenters import apps
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

_ROLES = {"resident": (Role.RESIDENT,), "clinician": (Role.CLINICIAN,)}


async def apps_page(request: Request) -> Response:
    """All of them, each with what it may."""
    area = _area(request)

    async def show(visit: Visit) -> Response:
        session, database = visit.session, visit.platform.database
        given = await grants.of_account(database, session.account.id, session.hat.id)
        known = [await clients.by_id(database, grant.client) for grant in given]
        by_id = {client.id: client for client in known if client is not None}
        lines = apps(given, by_id)
        return page(request, "apps/templates/apps.html", reader=visit.reader, apps=lines, area=area)

    return await visited(request, _ROLES[area], show, type=None)


async def withdraw(request: Request, id: str) -> Response:
    """Take it back: the app's tokens are dead at once."""
    area = _area(request)

    async def show(visit: Visit) -> Response:
        session, own = visit.session, visit.principal.patient
        visit.note(patients=(own,) if own else (), reason=Deed(Kind.WITHDRAWN, id).reason)
        if not await grants.withdraw(visit.platform.database, session.account.id, session.hat.id, id):
            raise Refusal(Fault.NOT_FOUND, "no such app")
        return see_other(f"/{area}/apps")

    return await visited(request, _ROLES[area], show, form=True, type=None, interaction=Interaction.CONFIGURE)


def _area(request: Request) -> str:
    return request.url.path.split("/")[1]
