"""What was seen is what is done, or nothing is."""

import pytest

from fhir.outcome import Fault
from fhir.resource import Resource
from services.refiling.refiling import Asked, date_of, preview, refile
from tests.support.refusal import refused
from tests.unit.services.refiling.conftest import WHO, Desk


async def test_what_changed_after_it_was_shown_is_looked_at_again(desk: Desk) -> None:
    asked = Asked("DiagnosticReport/r1", "Patient/b")
    plan = await preview(desk.context(), asked)
    await desk.move("Observation/o1", "Patient/c")
    await refused(refile(desk.context(), desk.moves, asked, plan.digest, WHO, "x"), Fault.CONFLICT)
    assert await desk.owned("Patient/b") == set()


@pytest.mark.parametrize(
    ("resource", "date"),
    [
        ({"effectiveDateTime": "2026-02-03T10:00:00+08:00"}, "2026-02-03"),
        ({"period": {"start": "2026-02"}}, "2026-02"),
        ({"issued": "2026-02-03T00:00:00Z"}, "2026-02-03"),
        ({}, ""),
    ],
)
def test_the_day_that_it_tells_of(resource: Resource, date: str) -> None:
    assert date_of(resource) == date
