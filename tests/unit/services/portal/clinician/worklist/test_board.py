"""How much of a list is shown, and whom the trail names for it."""

from fhir.store import Store
from services.portal.clinician.worklist.board import SHOWN, Listed, _cut, people_of
from tests.support.people import patient
from tests.unit.fhir.summary.test_reading import context_of


def test_a_list_is_bounded_and_says_how_much_there_is() -> None:
    assert _cut([1, 2]) == Listed([1, 2], 2, False)
    assert _cut(list(range(SHOWN + 5))) == Listed(list(range(SHOWN)), SHOWN + 5, True)


async def test_the_trail_names_who_is_shown_and_nobody_else(store: Store) -> None:
    context = await context_of(store, patient(), patient("p2", identifier=[], name=[{"text": "别人"}]))
    assert await people_of(context, []) == {}
    found = await people_of(context, ["Patient/p1", "Patient/nobody"])
    assert {reference: person.name for reference, person in found.items()} == {"Patient/p1": "王建国"}
    assert (context.trail.patients, context.trail.query) == ({"Patient/p1"}, None)
