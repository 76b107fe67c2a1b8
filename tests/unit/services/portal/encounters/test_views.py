"""A visit's page lists what was recorded in it, and not the visit itself."""

from auth.principal import Kind, Principal
from auth.roles import Role
from services.portal.clinician.timeline.entries import Kind as Entry
from services.portal.encounters.views import _model
from tests.unit.services.portal.documents.pages import PAGES, REPORT, RESULT, VISIT, file
from tests.unit.services.portal.html import rendered

WHO = Principal(Kind.PERSON, "a", "王建国", Role.RESIDENT, patient="Patient/p1")


def test_the_visit_is_the_head_and_the_rest_the_list() -> None:
    made = _model(file(VISIT, REPORT, RESULT), WHO)
    assert made["visit"].origin.reference == "Encounter/e1"
    assert [(each.kind, each.places) for each in made["entries"]] == [
        (Entry.REPORT, ("DiagnosticReport/r1",))
    ]
    assert [each.name for each in made["series"]] == ["血红蛋白"]


def test_of_a_stay_every_reading_is_told() -> None:
    """A critical value that has become normal by the end of the stay is no less what happened in it."""
    template, reader, model = PAGES["one visit for a doctor"]
    low = RESULT | {
        "id": "o2",
        "valueQuantity": {"value": 47, "unit": "g/L"},
        "effectiveDateTime": "2026-11-18",
    }
    made = _model(file(VISIT, RESULT, low), WHO)
    text = rendered(template, reader=reader, **model | made).text
    assert "101" in text
    assert "47" in text
