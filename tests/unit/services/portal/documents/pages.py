"""Documents, reports and visits as their pages show them, full and empty."""

from typing import Any

from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.resource import Resource
from fhir.summary.file import HealthFile
from fhir.summary.patient import banner
from fhir.summary.results import results
from fhir.summary.visits import visits
from services.portal.cases.wrongs import Wrongs
from services.portal.clinician.timeline.entries import entries
from services.portal.documents.opened import Opened, opened
from services.portal.page import Reader
from tests.support import people
from tests.unit.services.portal.html import DOCTOR, RESIDENT

HELPER = Reader("李雷", "resident", about="王建国", proxy="help-desk")
_TEXT = {"contentType": "text/plain", "data": "SFRFU1QgPGI+", "title": "<b>.txt"}
_LONG = "HTEST" + "x" * 100_000
REPORT: Resource = people.of() | {
    "resourceType": "DiagnosticReport", "id": "r1", "status": "preliminary", "code": {"text": "血常规"},
    "effectiveDateTime": "2026-11-20", "conclusion": "轻度贫血 <b>", "performer": [{"display": "周敏"}],
    "result": [{"reference": "Observation/o1"}], "encounter": {"reference": "Encounter/e1"},
    "presentedForm": [{"contentType": "application/pdf", "data": "JVBERi0=", "title": "<b>报告.pdf"}, _TEXT],
}  # fmt: skip
RESULT: Resource = people.of() | {
    "resourceType": "Observation", "id": "o1", "status": "amended", "code": {"text": "血红蛋白"},
    "valueQuantity": {"value": 101, "unit": "g/L"}, "effectiveDateTime": "2026-11-20",
    "referenceRange": [{"low": {"value": 130}, "high": {"value": 175}}],
}  # fmt: skip
BARE: Resource = people.of() | {"resourceType": "DocumentReference", "id": "d1", "status": "current"}
VISIT: Resource = people.encounter("IMP", 9, "头晕 <b>") | {"id": "e1"}
KEPT: Resource = BARE | {
    "content": [{"attachment": {"url": "https://x.example/a"}}, {"attachment": {"url": "urn:x"}}]
}
_WHO = Principal(Kind.PERSON, "a", "王建国", Role.RESIDENT, patient="Patient/p1")


def file(*lines: Resource) -> HealthFile:
    """A file with these lines."""
    return people.health_file([*people.organizations(), people.patient(), *lines])


def _opened(*lines: Resource, more: str = "") -> Opened:
    found = opened(file(*lines), people.TODAY, more)
    assert found is not None
    return found


def _visit(*lines: Resource) -> dict[str, Any]:
    held = file(VISIT, *lines)
    listed = [each for each in entries(held, _WHO) if each.visit is None]
    return {"visit": visits(held)[0], "entries": listed, "series": results(held, people.TODAY)}


_OWN: dict[str, Any] = {"base": "/resident", "files": True, "wrongs": Wrongs(), "critical": False}
_DOCTORS: dict[str, Any] = {
    "base": "/clinician/patients/p1", "id": "p1", "files": True, "wrongs": None, "mark": None,
    "person": banner([people.patient()], people.TODAY),
}  # fmt: skip
OWN, DOCTORS = "documents/templates/own.html", "documents/templates/doctors.html"
UNOPENED = "documents/templates/unopened.html"
_FULL = _opened(REPORT, RESULT)
_WRONG = (
    REPORT | {"status": "final", "conclusion": "", "presentedForm": []},
    RESULT | {"status": "entered-in-error"},
)
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "opened report": (OWN, RESIDENT, _OWN | {"opened": _FULL, "critical": True}),
    "opened report for a helper": (OWN, HELPER, _OWN | {"opened": _FULL, "files": False, "wrongs": None}),
    "opened document of nothing": (OWN, RESIDENT, _OWN | {"opened": _opened(BARE)}),
    "opened document kept elsewhere": (OWN, RESIDENT, _OWN | {"opened": _opened(KEPT)}),
    "report for a doctor": (DOCTORS, DOCTOR, _DOCTORS | {"opened": _FULL}),
    "report whose result was withdrawn": (OWN, RESIDENT, _OWN | {"opened": _opened(*_WRONG)}),
    "report whose result was withdrawn, for a doctor": (
        DOCTORS,
        DOCTOR,
        _DOCTORS | {"opened": _opened(*_WRONG)},
    ),
    "document of nothing for a doctor": (DOCTORS, DOCTOR, _DOCTORS | {"opened": _opened(BARE, more="a")}),
    "unopened file": (UNOPENED, RESIDENT, {"base": "/resident", "place": "DocumentReference/d1"}),
    "unopened file of a resident": (UNOPENED, DOCTOR, {"base": "/clinician/patients/p1", "place": "x/d1"}),
    "one visit": (
        "encounters/templates/own.html",
        RESIDENT,
        {"base": "/resident", "incomplete": True} | _visit(REPORT, RESULT, BARE),
    ),
    "one visit of nothing": (
        "encounters/templates/own.html",
        HELPER,
        {"base": "/resident", "incomplete": False} | _visit(),
    ),
    "one visit for a doctor": (
        "encounters/templates/doctors.html",
        DOCTOR,
        _DOCTORS | {"incomplete": True} | _visit(REPORT, RESULT, BARE),
    ),
}
