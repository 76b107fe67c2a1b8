"""The resident's pages: my record, and who looked at it."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from auth.audit import access_log
from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from fhir.access import Action
from fhir.outcome import Fault, Refusal
from services.portal.page import page
from services.portal.reading import health_file, organizations_of
from services.portal.record.moment import CHENGDU
from services.portal.resident.access import looks
from services.portal.resident.presenters import my_file
from services.portal.visit import Visit, visited

_FILE = "resident/templates/file.html"
STEP, MOST = 50, 1000


async def file_page(request: Request) -> Response:
    """My record."""

    async def show(visit: Visit) -> Response:
        file, incomplete = await health_file(visit.context, own_patient(visit).removeprefix("Patient/"))
        model = my_file(file, datetime.now(CHENGDU).date())
        return page(request, _FILE, reader=visit.reader, file=model, incomplete=incomplete)

    return await visited(request, (Role.RESIDENT,), show, proxies=tuple(Proxied))


async def access_page(request: Request) -> Response:
    """Who looked at my record, the newest first."""

    async def show(visit: Visit) -> Response:
        own = own_patient(visit)
        constraint = await visit.context.permit("AuditEvent", Action.SEARCH)
        linked = (await visit.context.store.persons.linked([own]))[own]
        patients = await constraint.among(linked)
        count = _count(request.query_params.get("count", ""))
        entries = await access_log.for_patients(visit.platform.archive, patients, limit=count + 1)
        named = [{"reference": entry.organization} for entry in entries if entry.organization]
        organizations = await organizations_of(visit.context, named)
        visit.context.trail.query = None
        visit.note(patients=tuple(patients), entity=own)
        older = f"/resident/access?count={count + STEP}" if len(entries) > count and count < MOST else None
        return page(
            request,
            "resident/templates/access.html",
            reader=visit.reader,
            looks=looks(entries[:count], organizations),
            older=older,
        )

    return await visited(
        request,
        (Role.RESIDENT,),
        show,
        type="AuditEvent",
        interaction=Interaction.SEARCH,
        proxies=(Proxied.PARENT, Proxied.ADULT),
    )


def own_patient(visit: Visit) -> str:
    """The Patient whose pages these are: the reader's own, or that of the resident for whom he acts."""
    if visit.principal.patient is None:
        raise Refusal(Fault.FORBIDDEN, "the account names no patient")
    return visit.principal.patient


def _count(given: str) -> int:
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else STEP
    return min(max(number, STEP), MOST)
