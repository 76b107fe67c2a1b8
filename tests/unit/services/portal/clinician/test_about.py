"""What the pages share on which a doctor writes about one resident."""

from typing import Any, cast

import pytest

from fhir.outcome import Fault
from fhir.store import Store
from services.portal.clinician.about import about, worded
from services.portal.visit import Visit
from tests.support.people import patient
from tests.support.refusal import refused
from tests.unit.fhir.summary.test_reading import context_of


class Noted:
    """As much of a visit as this needs."""

    def __init__(self, context: Any) -> None:
        self.context, self.noted = context, dict[str, Any]()

    def note(self, **known: Any) -> None:
        self.noted |= known


async def test_who_it_is_about_or_who_was_sought(store: Store) -> None:
    visit = Noted(await context_of(store, patient()))
    model = await about(cast(Visit, visit), "p1")
    assert (model["person"].name, model["id"]) == ("王建国", "p1")
    assert visit.noted == {}
    await refused(about(cast(Visit, visit), "nobody"), Fault.NOT_FOUND)
    assert visit.noted == {"patients": ("Patient/nobody",), "entity": "Patient/nobody"}


@pytest.mark.parametrize(
    ("text", "said"), [("", False), ("好的。", False), ("血压平稳", True), ("a" * 9, True), ("a" * 10, False)]
)
def test_a_text_says_something_and_not_too_much(text: str, said: bool) -> None:
    assert worded(text, 9) is said
