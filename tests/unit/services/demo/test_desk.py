"""What lies on the doctors' desks is valid, labelled, and there once whenever it is laid again."""

import pytest

from fhir.store import EVERYONE, Store
from fhir.validation import errors
from services.demo.desk import DAYS, lay
from services.labelling import SYNTHETIC

TYPES = ["Appointment", "DocumentReference", "Encounter", "ServiceRequest", "Task"]
PATIENTS = {"diabetic": "Patient/a", "old_man": "Patient/b", "mother": "Patient/c"}


@pytest.mark.parametrize("times", [1, 2])
async def test_it_is_valid_labelled_and_there_once(store: Store, times: int) -> None:
    for _ in range(times):
        await lay(store, PATIENTS)
    rows = await store.resources.search({"type": {"$in": TYPES}}, EVERYONE, limit=200)
    resources = [row.resource() for row in rows]
    assert [fault for each in resources for fault in errors(each)] == []
    assert all(SYNTHETIC in str(each["meta"]["security"]) for each in resources)
    kinds = [each["resourceType"] for each in resources]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "Appointment": 3 * DAYS, "DocumentReference": 2, "Encounter": 2, "ServiceRequest": 2, "Task": 2,
    }  # fmt: skip


async def test_each_belongs_to_its_resident(store: Store) -> None:
    await lay(store, PATIENTS)
    rows = await store.resources.search({"type": {"$in": TYPES}}, EVERYONE, limit=200)
    assert {row.owner for row in rows} == set(PATIENTS.values())
