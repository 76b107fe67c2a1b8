"""What belongs to one visit, and nothing else."""

import pytest

from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store
from services.portal.encounters.reading import encounter
from tests.support.people import condition, organizations, patient, request
from tests.support.people import encounter as visit
from tests.unit.fhir.summary.test_reading import context_of

HERE = {"encounter": {"reference": "Encounter/e1"}}


async def test_what_names_the_visit_and_what_the_visit_names(store: Store) -> None:
    named = condition("高血压", "I10", 9) | {"id": "c1"}
    other = condition("肺炎", "J18", 400) | {"id": "c2"}
    drug, older = request("A片", "每日1次", 9) | HERE, request("B片", "每日1次", 90)
    made: Resource = visit("AMB", 9, "头晕") | {
        "id": "e1",
        "diagnosis": [{"condition": {"reference": "Condition/c1"}}],
    }
    before = visit("AMB", 400, "咳嗽") | {"id": "e0"}
    context = await context_of(store, *organizations(), patient(), named, other, drug, older, made, before)
    file, incomplete = await encounter(context, "p1", "e1")
    assert [each["id"] for each in file.of("Condition")] == ["c1"]
    assert len(file.of("MedicationRequest")) == 1
    assert [each["id"] for each in file.of("Encounter")] == ["e1"]
    assert (incomplete, context.trail.entity) == (False, "Encounter/e1")


@pytest.mark.parametrize("key", ["e9", "none", "../e1", ""])
async def test_a_visit_of_another_is_as_unknown(store: Store, key: str) -> None:
    theirs = visit("AMB", 9, "头晕", patient="p9") | {"id": "e9"}
    context = await context_of(store, *organizations(), patient(), patient("p9", identifier=[]), theirs)
    with pytest.raises(Refusal) as refused:
        await encounter(context, "p1", key)
    assert refused.value.status == 404


async def test_a_visit_that_was_an_error_is_none(store: Store) -> None:
    wrong = visit("AMB", 9, "头晕") | {"id": "e1", "status": "entered-in-error"}
    context = await context_of(store, *organizations(), patient(), wrong)
    with pytest.raises(Refusal):
        await encounter(context, "p1", "e1")
