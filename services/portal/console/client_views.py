"""The page of clients: apps and systems, what waits for approval, and the end of each."""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from auth.store import clients, registrations
from auth.store.registrations import Invitation
from fhir.outcome import Fault, Refusal
from services.portal.page import page, see_other
from services.portal.visit import Show, Visit, visited

_ADDRESS, _LONGEST = "/console/clients", 100
_ROLES = (Role.SECURITY,)


async def clients_page(request: Request) -> Response:
    """All of them: those that wait first."""

    async def show(visit: Visit) -> Response:
        return await _shown(request, visit, None)

    return await visited(request, _ROLES, show, type=None)


async def invite(request: Request) -> Response:
    """An initial access token for the maker of an app, shown this once."""

    async def show(visit: Visit) -> Response:
        note = str((await request.form()).get("note", "")).strip()[:_LONGEST]
        token = await registrations.invite(visit.platform.database, Invitation(visit.principal.id, note))
        visit.note(reason="invitation to register an app")
        return await _shown(request, visit, token)

    return await _changed(request, show)


async def approve(request: Request, id: str) -> Response:
    """Let a registered app in."""

    async def show(visit: Visit) -> Response:
        visit.note(reason=f"approval of the client {id}"[:200])
        if not await clients.approve(visit.platform.database, id, visit.principal.id):
            raise Refusal(Fault.NOT_FOUND, "no client of this id waits")
        return see_other(_ADDRESS)

    return await _changed(request, show)


async def link(request: Request, id: str) -> Response:
    """Say whether a Patient that a client names stands for the person, or for itself alone."""

    async def show(visit: Visit) -> Response:
        linked = (await request.form()).get("patients") == "linked"
        kept = "all linked Patients" if linked else "single Patients"
        visit.note(reason=f"{kept} for the client {id}"[:200])
        if not await clients.link(visit.platform.database, id, linked=linked):
            raise Refusal(Fault.NOT_FOUND, "no such client")
        return see_other(_ADDRESS)

    return await _changed(request, show)


async def disable(request: Request, id: str) -> Response:
    """End a client and all that it was given."""

    async def show(visit: Visit) -> Response:
        visit.note(reason=f"end of the client {id}"[:200])
        if not await clients.disable(visit.platform.database, id):
            raise Refusal(Fault.NOT_FOUND, "no such client")
        return see_other(_ADDRESS)

    return await _changed(request, show)


async def _changed(request: Request, show: Show) -> Response:
    return await visited(request, _ROLES, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def _shown(request: Request, visit: Visit, invitation: str | None) -> Response:
    known = await clients.every(visit.platform.database)
    return page(
        request,
        "console/templates/clients.html",
        reader=visit.reader,
        back=_ADDRESS,
        clients=known,
        invitation=invitation,
        address=f"{visit.platform.settings.address}/oauth/register",
    )
