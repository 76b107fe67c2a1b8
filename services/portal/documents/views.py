"""The page of one document or report and its files, for the resident and for the doctor.

What is opened is recorded before it leaves, as a look at that document; of a file the record says so.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.principal import Principal, Proxied
from auth.roles import Role
from fhir.interactions.read import not_found
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from services.portal.cases.wrongs import wrongs
from services.portal.clinician.notes.note import note
from services.portal.clinician.sought import sought
from services.portal.documents.file import response
from services.portal.documents.opened import TYPES
from services.portal.documents.reading import document, file_of
from services.portal.page import page
from services.portal.resident.deed import FILE, UNOPENED
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

OWN, DOCTORS = "documents/templates/own.html", "documents/templates/doctors.html"
_RESIDENT, _CLINICIAN = (Role.RESIDENT,), (Role.CLINICIAN,)
_FILED = (Proxied.PARENT, Proxied.ADULT)
"""Who may have files of another: a help desk has none."""


async def own_page(request: Request, type: str, id: str) -> Response:
    """A document or report of mine."""

    async def show(visit: Visit) -> Response:
        files = visit.principal.proxy in (None, *_FILED)
        _name(visit, type, id)
        _, found = await document(visit.context, _own(visit), type, id, files=files)
        model: dict[str, Any] = {
            "opened": found,
            "base": "/resident",
            "files": files,
            "wrongs": await wrongs(visit),
            "critical": any(each.urgency(local_day()) == 3 for each in found.series),
        }
        return page(request, OWN, reader=visit.reader, **model)

    return await visited(request, _RESIDENT, show, type=_known(type), proxies=tuple(Proxied))


async def own_file(request: Request, type: str, id: str, number: str) -> Response:
    """A file of it."""

    async def show(visit: Visit) -> Response:
        _name(visit, type, id, reason=FILE)
        _, made = await _file(visit, _own(visit), type, id, number)
        return made or _unopened(request, visit, "/resident", f"{type}/{id}")

    interaction = Interaction.READ
    return await visited(request, _RESIDENT, show, type=_known(type), interaction=interaction, proxies=_FILED)


async def doctors_page(request: Request, id: str, type: str, document_id: str) -> Response:
    """A document or report of a resident."""

    async def show(visit: Visit) -> Response:
        _name(visit, type, document_id)
        mark = await mark_of(visit, PURPOSES["TREAT"])
        with sought(visit, id):
            file, found = await document(visit.context, id, type, document_id, files=True)
            _check(file, visit.principal)
        model: dict[str, Any] = {
            "opened": found,
            "id": id,
            "base": f"/clinician/patients/{id}",
            "files": True,
        }
        model |= {"person": banner(file.patients, local_day()), "wrongs": None}
        return page(request, DOCTORS, reader=visit.reader, mark=mark, **model)

    return await visited(request, _CLINICIAN, show, type=_known(type))


async def doctors_file(request: Request, id: str, type: str, document_id: str, number: str) -> Response:
    """A file of it."""

    async def show(visit: Visit) -> Response:
        _name(visit, type, document_id, reason=FILE)
        with sought(visit, id):
            file, made = await _file(visit, id, type, document_id, number)
            _check(file, visit.principal)
        return made or _unopened(request, visit, f"/clinician/patients/{id}", f"{type}/{document_id}")

    interaction = Interaction.READ
    return await visited(request, _CLINICIAN, show, type=_known(type), interaction=interaction)


def _own(visit: Visit) -> str:
    return own_patient(visit).removeprefix("Patient/")


def _name(visit: Visit, type: str, id: str, **more: str) -> None:
    """Say in the record which document it is; of no type that is none."""
    if type in TYPES:
        visit.note(entity=f"{type}/{id}", **more)


def _known(type: str) -> str | None:
    return type if type in TYPES else None


async def _file(
    visit: Visit, id: str, type: str, key: str, number: str
) -> tuple[HealthFile, Response | None]:
    """The file as an answer; None where it can't be opened."""
    file, named, content = await file_of(visit.context, id, type, key, number)
    return file, response(content, named.name) if content else None


def _unopened(request: Request, visit: Visit, base: str, place: str) -> Response:
    visit.note(reason=UNOPENED)
    template = "documents/templates/unopened.html"
    return page(request, template, status=404, reader=visit.reader, base=base, place=place)


def _check(file: HealthFile, who: Principal) -> None:
    """A Refusal (404) where it is a draft of another doctor."""
    written = [one for each in file.of("DocumentReference") if (one := note(each))]
    if not all(each.shown_to(who) for each in written):
        raise not_found()
