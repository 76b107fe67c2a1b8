"""A visit's page lists what was recorded in it, and not the visit itself."""

from auth.principal import Kind, Principal
from auth.roles import Role
from services.portal.clinician.timeline.entries import Kind as Entry
from services.portal.encounters.views import _model
from tests.unit.services.portal.documents.pages import REPORT, RESULT, VISIT, file


def test_the_visit_is_the_head_and_the_rest_the_list() -> None:
    who = Principal(Kind.PERSON, "a", "王建国", Role.RESIDENT, patient="Patient/p1")
    made = _model(file(VISIT, REPORT, RESULT), who)
    assert made["visit"].origin.reference == "Encounter/e1"
    assert [(each.kind, each.places) for each in made["entries"]] == [
        (Entry.REPORT, ("DiagnosticReport/r1",))
    ]
    assert [each.name for each in made["series"]] == ["血红蛋白"]
