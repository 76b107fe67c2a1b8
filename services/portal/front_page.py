"""The front page of a health file, as a doctor opens it and as the resident reads it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.principal import Proxied
from auth.roles import Role
from fhir.summary.front_page import About, Mark, Service, Weight, front_page
from fhir.summary.moment import local_day
from fhir.summary.reading import health_file
from services.portal.catalogue import mark
from services.portal.clinician.looks import FRONT
from services.portal.clinician.sought import sought
from services.portal.page import page
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited
from services.portal.watermark import OWN, PURPOSES, mark_of

MARKS = {
    Mark.CHILD: mark("0～6岁儿童"),
    Mark.PREGNANCY: mark("孕产妇"),
    Mark.OLD: mark("65岁及以上老年人"),
    Mark.CHRONIC: mark("慢性病"),
    Mark.INFECTION: mark("传染病"),
    Mark.WEIGHT: mark("体重"),
    Mark.BLOOD: mark("血型"),
    Mark.BLOOD_DIFFERS: mark("血型记录不一致"),
}
WEIGHTS = {
    Weight.UNDER.value: mark("偏瘦"),
    Weight.NORMAL.value: mark("体重正常"),
    Weight.OVER.value: mark("超重"),
    Weight.OBESE.value: mark("肥胖"),
}
FACTS = {
    About.ADDRESS: mark("住址所在区县"),
    About.MARITAL: mark("婚姻状况"),
    About.ETHNIC: mark("民族"),
    About.ALLERGY: mark("过敏"),
    About.INSURANCE: mark("医疗保险"),
    About.OCCUPATION: mark("职业"),
    About.SCHOOLING: mark("文化程度"),
}
SERVICES = {
    Service.VISIT: mark("就诊"),
    Service.VACCINATION: mark("疫苗"),
    Service.DOCUMENT: mark("报告和文书"),
}
_TYPES = (
    "AllergyIntolerance",
    "Condition",
    "Observation",
    "Encounter",
    "Immunization",
    "DocumentReference",
    "DiagnosticReport",
    "EpisodeOfCare",
    "Coverage",
)


async def doctors(request: Request, id: str) -> Response:
    """The front page of a resident in the doctor's care."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"Patient/{id}", reason=FRONT)
        with sought(visit, id):
            return await _shown(request, visit, id, PURPOSES["TREAT"])

    return await visited(request, (Role.CLINICIAN,), show)


async def own(request: Request) -> Response:
    """The resident's own."""

    async def show(visit: Visit) -> Response:
        return await _shown(request, visit, own_patient(visit).removeprefix("Patient/"), OWN)

    return await visited(request, (Role.RESIDENT,), show, proxies=tuple(Proxied))


async def _shown(request: Request, visit: Visit, id: str, purpose: str) -> Response:
    stamped = await mark_of(visit, purpose)
    file, incomplete = await health_file(visit.context, id, _TYPES)
    model: dict[str, Any] = {
        "front": front_page(file, local_day()),
        "marks": MARKS, "weights": WEIGHTS, "facts": FACTS, "services": SERVICES,
        "id": id, "incomplete": incomplete, "mark": stamped,
    }  # fmt: skip
    return page(request, "templates/front_page.html", reader=visit.reader, **model)
