from typing import Any

from fhir.resource import Resource
from fhir.store import Store
from fhir.summary.ips.making import summary
from tests.support.documents import references, resources_of, section_of
from tests.support.people import HUAXI, JINJIANG, condition, observation, organizations, patient, request
from tests.unit.fhir.summary.test_reading import context_of

MEDICATION = {"resourceType": "Medication", "id": "m", "code": {"text": "缬沙坦"}}
DOCTOR = {"resourceType": "Practitioner", "id": "d", "name": [{"text": "周敏"}]}


def drug(**more: Any) -> Resource:
    made = request("x", patient="p2", id="r", medicationReference={"reference": "Medication/m"}, **more)
    return {
        name: value
        for name, value in made.items()
        if name not in ("medicationCodeableConcept", "dosageInstruction")
    }


async def test_what_the_entries_refer_to_comes_along_as_far_as_it_may_be_seen(store: Store) -> None:
    context = await context_of(
        store, *organizations(), MEDICATION, DOCTOR, patient(), patient("p2", JINJIANG),
        drug(requester={"reference": "Practitioner/d"}), condition("别人", "I10", patient="p9"),
        patient("p9", identifier=[]) | {"name": [{"text": "别人"}]},
    )  # fmt: skip
    bundle = await summary(context, "p1")
    found = {f"{each['resourceType']}/{each['id']}" for each in resources_of(bundle)}
    assert {"Medication/m", "Practitioner/d", HUAXI, JINJIANG, "MedicationRequest/r", "Patient/p1"} <= found
    assert "Patient/p2" not in found
    assert not any("p9" in each or "jianyang" in each for each in found)
    urls = {each["fullUrl"] for each in bundle["entry"]}
    for entry in bundle["entry"]:
        for each in references(entry["resource"]):
            assert each in urls or f"http://x/fhir/{each}" in urls
    assert context.trail.patients == {"Patient/p1", "Patient/p2"}


async def test_a_type_that_may_not_be_read_is_withheld_and_the_rest_is_there(store: Store) -> None:
    context = await context_of(
        store, patient(), condition("高血压", "I10", id="c"), drug(), denied="Condition"
    )
    bundle = await summary(context, "p1")
    assert section_of(bundle, "11450-4")["emptyReason"]["coding"][0]["code"] == "withheld"
    assert not resources_of(bundle, "Condition")


async def test_of_many_readings_the_newest_is_there(store: Store) -> None:
    readings = [
        observation("4548-4", "A1c", f"{number}.0", "%", 90 - number, id=f"o{number}")
        for number in range(1, 60)
    ]
    bundle = await summary(await context_of(store, patient(), *readings), "p1")
    assert [each["id"] for each in resources_of(bundle, "Observation")] == ["o59"]
