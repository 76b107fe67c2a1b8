"""The resident's pages: my record, and who looked at it."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit import access_log
from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from fhir.access import Action
from fhir.outcome import Fault, Refusal
from fhir.summary.moment import CHENGDU
from fhir.summary.reading import health_file, organizations_of
from services.portal.downloads import FHIR_NAME, PDF_NAME, fhir_file, pdf_file
from services.portal.emergency import REASONS
from services.portal.notices import KINDS, OTHER, notices
from services.portal.page import page
from services.portal.resident.access import looks
from services.portal.resident.presenters import my_file
from services.portal.visit import Visit, visited
from services.portal.watermark import OWN, mark_of

_FILE = "resident/templates/file.html"
STEP, MOST = 50, 1000
_PAPER = 10.5
"""Points: the size of the type of a resident's PDF."""
_TOLD, _MOST_TOLD = timedelta(days=30), 5
"""How long the page itself tells of an emergency access, and of how many; the access log tells of all."""


async def file_page(request: Request) -> Response:
    """My record."""

    async def show(visit: Visit) -> Response:
        return await _file(request, visit)

    return await visited(request, (Role.RESIDENT,), show, proxies=tuple(Proxied))


async def print_page(request: Request) -> Response:
    """The same to be printed, recorded by itself."""

    async def show(visit: Visit) -> Response:
        visit.note(reason="print: PATRQT")
        return await _file(request, visit, printing=True)

    return await visited(request, (Role.RESIDENT,), show, form=True, proxies=tuple(Proxied))


async def download(request: Request) -> Response:
    """My record as a file to keep: a FHIR document or a PDF, recorded by itself."""

    async def show(visit: Visit) -> Response:
        asked = str((await request.form()).get("as", ""))
        if asked not in (FHIR_NAME, PDF_NAME):
            raise Refusal(Fault.PARAMETER, "a download is one of those that the page offers")
        visit.note(reason=f"download {asked}: PATRQT")
        id = own_patient(visit).removeprefix("Patient/")
        if asked == FHIR_NAME:
            return await fhir_file(visit, id)
        made = await pdf_file(request, visit, id, OWN, _PAPER)
        return made or await _file(request, visit, printing=True, fontless=True)

    return await visited(request, (Role.RESIDENT,), show, form=True, proxies=(Proxied.PARENT, Proxied.ADULT))


async def _file(
    request: Request, visit: Visit, *, printing: bool = False, fontless: bool = False
) -> Response:
    mark = await mark_of(visit, OWN)
    file, incomplete = await health_file(visit.context, own_patient(visit).removeprefix("Patient/"))
    model = my_file(file, datetime.now(CHENGDU).date())
    patients = [f"Patient/{patient['id']}" for patient in file.patients]
    opened = await visit.platform.grounds.emergencies.told(patients, moment.now() - _TOLD, _MOST_TOLD)
    more: dict[str, Any] = {
        "file": model,
        "incomplete": incomplete,
        "printing": printing,
        "fontless": fontless,
    }
    more |= {"opened": opened, "reasons": REASONS, "kinds": KINDS, "other": OTHER}
    more["waiting"] = () if printing else await notices(visit)
    return page(request, _FILE, reader=visit.reader, back="/resident", mark=mark, **more)


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
