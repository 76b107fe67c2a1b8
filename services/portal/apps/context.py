"""Launch context: whose file an app is about, from a doctor's page, from his choice, or the resident's own.

SMART App Launch 2.2, "Scopes for requesting context data".
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.authorization_server.authorization_endpoint import Asked
from auth.login.sessions import WebSession
from auth.roles import Role
from auth.smart.granting import names_patient
from auth.store import launches
from auth.store.authorization_requests import Pending
from fhir.interactions.read import not_found, read
from fhir.outcome import Fault, Refusal
from fhir.resource import ID
from fhir.summary.moment import local_day
from fhir.summary.patient import Banner, banner
from services.portal.apps.passing import quiet
from services.portal.clinician.search import people
from services.portal.page import page
from services.portal.visit import Visit


@dataclass(frozen=True, slots=True)
class Context:
    """What the token response will name; references are relative."""

    patient: str | None = None
    encounter: str | None = None
    context: tuple[str, ...] = ()
    intent: str | None = None


class Missing(Enum):
    """Why there is no context."""

    UNKNOWN = "launch"
    CHOICE = "choice"


UNKNOWN, CHOICE = Missing.UNKNOWN, Missing.CHOICE


async def around(visit: Visit, asked: Asked, pending: Pending) -> Context | Missing:
    """The context of a request for this person; UNKNOWN for a launch that is none of his, CHOICE to make."""
    session = visit.session
    if asked.launch is not None:
        return await _launched(visit, asked, asked.launch)
    if not names_patient(asked.scope):
        return Context()
    if session.principal.role is Role.RESIDENT:
        return Context(patient=session.principal.patient)
    if pending.patient is None or pending.picker != picker(session):
        return CHOICE
    return Context(patient=pending.patient)


async def _launched(visit: Visit, asked: Asked, token: str) -> Context | Missing:
    session, database = visit.session, visit.platform.database
    launch = await launches.find(database, token, asked.client.id, session.account.id, session.hat.id)
    if launch is None:
        return UNKNOWN
    house = session.principal.organization
    return Context(launch.patient, launch.encounter, (house,) if house else (), launch.intent)


def picker(session: WebSession) -> str:
    """Who picks: the same person under another hat picks anew."""
    return f"{session.account.id} {session.hat.id}"


async def chosen(visit: Visit, id: str) -> str:
    """The Patient with this id, if the doctor may see it; else the 404 of what is unknown."""
    if not ID.fullmatch(id):
        raise not_found()
    await read(visit.context, "Patient", id)
    return f"Patient/{id}"


async def banner_of(visit: Visit, patient: str) -> Banner | None:
    """The Patient as the page names him; None where he can't be read any more."""
    try:
        stored = await read(visit.context, "Patient", patient.removeprefix("Patient/"))
    except Refusal as refusal:
        if refusal.fault not in (Fault.NOT_FOUND, Fault.GONE, Fault.FORBIDDEN):
            raise
        return None
    return banner([stored.resource()], local_day())


async def picker_page(request: Request, visit: Visit, name: str, app: str, query: str) -> Response:
    """The search for a Patient, and what it found."""
    lines, more = await people(visit.context, query)
    action = f"/oauth/consent/{name}/patient"
    model: dict[str, Any] = {"query": query, "people": lines, "more": more, "app": app, "action": action}
    shown = page(
        request, "apps/templates/patient.html", reader=visit.reader, back=f"/oauth/consent/{name}", **model
    )
    return quiet(shown)
