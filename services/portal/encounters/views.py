"""The page of one visit, for the resident and for the doctor."""

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.principal import Principal, Proxied
from auth.roles import Role
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.results import results
from fhir.summary.visits import visits
from services.portal.clinician.sought import sought
from services.portal.clinician.timeline.entries import entries
from services.portal.encounters.reading import encounter
from services.portal.page import page
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

TYPE = "Encounter"


async def own_page(request: Request, id: str) -> Response:
    """One of my visits."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"{TYPE}/{id}")
        own = own_patient(visit).removeprefix("Patient/")
        file, incomplete = await encounter(visit.context, own, id)
        model = _model(file, visit.principal) | {"base": "/resident", "incomplete": incomplete}
        return page(request, "encounters/templates/own.html", reader=visit.reader, **model)

    return await visited(request, (Role.RESIDENT,), show, type=TYPE, proxies=tuple(Proxied))


async def doctors_page(request: Request, id: str, encounter_id: str) -> Response:
    """A visit of a resident."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"{TYPE}/{encounter_id}")
        mark = await mark_of(visit, PURPOSES["TREAT"])
        with sought(visit, id):
            file, incomplete = await encounter(visit.context, id, encounter_id)
        model = _model(file, visit.principal) | {"base": f"/clinician/patients/{id}", "id": id}
        model |= {"person": banner(file.patients, local_day()), "incomplete": incomplete}
        return page(request, "encounters/templates/doctors.html", reader=visit.reader, mark=mark, **model)

    return await visited(request, (Role.CLINICIAN,), show, type=TYPE)


def _model(file: HealthFile, who: Principal) -> dict[str, Any]:
    visit = visits(file)[0]
    here, lines = (visit.origin.reference,), [each for each in entries(file, who) if each.visit is None]
    return {
        "visit": visit,
        "entries": [replace(each, places=()) if each.places == here else each for each in lines],
        "series": results(file, local_day()),
    }
