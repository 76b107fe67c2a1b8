"""The resident's first page, and his record to be printed."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.principal import Proxied
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.reading import health_file
from services.portal.cases.wrongs import wrongs
from services.portal.downloads import FHIR_NAME, PDF_NAME, fhir_file, pdf_file
from services.portal.emergency import REASONS
from services.portal.notices import KINDS, OTHER, notices
from services.portal.page import page
from services.portal.resident.access_views import PROXIES, newest
from services.portal.resident.news import news
from services.portal.resident.own_patient import own_patient
from services.portal.resident.own_views import OWN as PAGES
from services.portal.resident.own_views import services
from services.portal.resident.presenters import my_file
from services.portal.visit import Visit, visited
from services.portal.watermark import OWN, mark_of

_PAPER = 10.5
"""Points: the size of the type of a resident's PDF."""
_TOLD, _MOST_TOLD = timedelta(days=30), 5
"""How long the page itself tells of an emergency access, and of how many; the access log tells of all."""


async def first_page(request: Request) -> Response:
    """My health at a glance, and who looked."""

    async def show(visit: Visit) -> Response:
        mark = await mark_of(visit, OWN)
        file, incomplete = await _file(visit)
        asks = visit.principal.proxy in (None, *PROXIES)
        return page(
            request,
            "resident/templates/glance.html",
            reader=visit.reader,
            back="/resident",
            mark=mark,
            file=my_file(file, local_day()),
            incomplete=incomplete,
            own=PAGES,
            services=services(visit),
            asks=asks,
            wrongs=await wrongs(visit),
            log=await newest(visit) if asks else None,
            news=await news(visit, file) if asks else [],
            made=visit.record.moment.isoformat(),
            **await _told(visit, file),
        )

    return await visited(request, (Role.RESIDENT,), show, proxies=tuple(Proxied))


async def print_page(request: Request) -> Response:
    """My record to be printed, recorded by itself."""

    async def show(visit: Visit) -> Response:
        visit.note(reason="print: PATRQT")
        return await _printed(request, visit)

    return await visited(request, (Role.RESIDENT,), show, form=True, proxies=tuple(Proxied))


async def _printed(request: Request, visit: Visit, *, fontless: bool = False) -> Response:
    mark = await mark_of(visit, OWN)
    file, incomplete = await _file(visit)
    return page(
        request,
        "resident/templates/file.html",
        reader=visit.reader,
        back="/resident",
        mark=mark,
        file=my_file(file, local_day()),
        incomplete=incomplete,
        fontless=fontless,
    )


async def download(request: Request) -> Response:
    """My record as a file to keep: a FHIR document or a PDF, recorded by itself."""

    async def show(visit: Visit) -> Response:
        asked = str((await request.form()).get("as", ""))
        if asked not in (FHIR_NAME, PDF_NAME):
            raise Refusal(Fault.PARAMETER, "a download is one of those that the page offers")
        visit.note(reason=f"download {asked}: PATRQT")
        id = own_patient(visit).removeprefix("Patient/")
        if asked == FHIR_NAME:
            return await fhir_file(request, visit, id)
        made = await pdf_file(request, visit, id, OWN, _PAPER)
        return made or await _printed(request, visit, fontless=True)

    return await visited(request, (Role.RESIDENT,), show, form=True, proxies=(Proxied.PARENT, Proxied.ADULT))


async def _file(visit: Visit) -> tuple[HealthFile, bool]:
    return await health_file(visit.context, own_patient(visit).removeprefix("Patient/"))


async def _told(visit: Visit, file: HealthFile) -> dict[str, Any]:
    """What stands above everything else: emergencies, and what was filed under the wrong resident."""
    patients = [f"Patient/{patient['id']}" for patient in file.patients]
    asks, emergencies = visit.principal.proxy in (None, *PROXIES), visit.platform.grounds.emergencies
    opened = await emergencies.told(patients, moment.now() - _TOLD, _MOST_TOLD) if asks else []
    waiting = await notices(visit)
    return {"opened": opened, "reasons": REASONS, "kinds": KINDS, "other": OTHER, "waiting": waiting}
