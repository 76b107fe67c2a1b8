"""Who a doctor's patients are."""

from datetime import datetime

from auth.principal import Kind, Principal
from fhir.resource import Resource
from fhir.store import Store
from fhir.summary.home import CODE, SYSTEM
from fhir.summary.moment import CHENGDU
from services.portal.clinician.worklist.mine import mine, quiet
from tests.support.people import HUAXI, JINJIANG, encounter, patient
from tests.unit.fhir.summary.test_reading import context_of

NOW = datetime(2026, 11, 23, 9, tzinfo=CHENGDU)
ZHOU = {"resourceType": "Practitioner", "id": "zhou"}
WHO = Principal(Kind.PERSON, "a", "周敏", organization=HUAXI, practitioner="Practitioner/zhou")
WITH_HIM = {"participant": [{"individual": {"reference": "Practitioner/zhou"}}]}
FILE: Resource = {
    "resourceType": "EpisodeOfCare", "id": "file", "status": "active", "patient": {"reference": "Patient/p3"},
    "type": [{"coding": [{"system": SYSTEM, "code": CODE}]}],
    "careManager": {"reference": "Practitioner/zhou"},
}  # fmt: skip


async def test_whom_he_saw_and_whose_family_doctor_he_is_with_all_patients_of_the_person(
    store: Store,
) -> None:
    other = {"identifier": [], "name": [{"text": "别人"}]}
    context = await context_of(
        store, ZHOU, patient(), patient("p2", JINJIANG), patient("p3", **other), patient("p4", **other), FILE,
        encounter("AMB", 5, "x", **WITH_HIM), encounter("AMB", 5, "x", patient="p4"),
    )  # fmt: skip
    found = await mine(context, WHO, NOW)
    assert found.person == {
        "Patient/p3": "Patient/p3",
        "Patient/p1": "Patient/p1",
        "Patient/p2": "Patient/p1",
    }
    assert found.patients == "Patient/p1,Patient/p2,Patient/p3"
    assert not found.more


async def test_what_was_long_ago_does_not_count(store: Store) -> None:
    context = await context_of(store, ZHOU, patient(), encounter("AMB", 500, "x", **WITH_HIM))
    assert (await mine(context, WHO, NOW)).person == {}


async def test_a_quiet_reader_leaves_no_trail(store: Store) -> None:
    context = await context_of(store, ZHOU, patient(), encounter("AMB", 5, "x", **WITH_HIM))
    await mine(quiet(context), WHO, NOW)
    assert context.trail.patients == set()
