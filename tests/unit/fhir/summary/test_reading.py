import pytest

from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from fhir.summary import reading
from fhir.summary.ips.making import summary
from fhir.summary.reading import health_file, organizations_of, record
from tests.support.people import (
    HUAXI,
    JINJIANG,
    NAMES,
    condition,
    observation,
    organizations,
    patient,
)


class Access:
    """Everything, or everything but one type."""

    def __init__(self, denied: str = "") -> None:
        self.denied = denied

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        return Deny("not this one") if type == self.denied else Permit(EVERYONE)


async def context_of(store: Store, *resources: Resource, denied: str = "") -> Context:
    async def work(tx: object) -> None:
        for number, resource in enumerate(resources):
            made = {key: value for key, value in resource.items() if key != "meta"}
            tx.put(made | {"id": resource.get("id", f"r{number}")})  # type: ignore[attr-defined]

    await store.resources.transact(work)
    return Context(store, Access(denied), "http://x/fhir")


async def test_all_source_patients_of_the_person_are_one_file(store: Store) -> None:
    others = [condition("高血压", "I10", 9), observation("4548-4", "A1c", "7", "%", 3, patient="p2")]
    stranger = patient("p9", identifier=[]) | {"name": [{"text": "别人"}]}
    context = await context_of(store, *organizations(), patient(), patient("p2", JINJIANG), stranger, *others,
                               condition("肺炎", "J18", 1, "p9"))  # fmt: skip
    file, incomplete = await health_file(context, "p1")
    assert [p["id"] for p in file.patients] == ["p1", "p2"]
    assert [len(file.of("Condition")), len(file.of("Observation")), incomplete] == [1, 1, False]
    assert {o["name"] for o in file.organizations.values()} == {NAMES[HUAXI], NAMES[JINJIANG]}
    assert context.trail.patients == {"Patient/p1", "Patient/p2"}
    assert (context.trail.entity, context.trail.query) == ("Patient/p1", None)


@pytest.mark.parametrize("id", ["nobody", "", "../p1", "p1 or 1"])
async def test_unknown_and_malformed_ids_are_the_same_404(store: Store, id: str) -> None:
    context = await context_of(store, patient())
    with pytest.raises(Refusal) as refused:
        await health_file(context, id)
    assert refused.value.status == 404


async def test_a_denied_type_refuses_the_whole_file(store: Store) -> None:
    context = await context_of(store, patient(), denied="Condition")
    with pytest.raises(Refusal) as refused:
        await health_file(context, "p1")
    assert refused.value.status == 403


async def test_organizations_that_do_not_exist_are_left_out(store: Store) -> None:
    context = await context_of(store, *organizations())
    found = await organizations_of(context, [{"reference": HUAXI}, {"reference": "Organization/none"}])
    assert list(found) == [HUAXI]
    assert await organizations_of(context, []) == {}


async def test_a_type_that_may_not_be_read_is_named_and_the_rest_is_there(store: Store) -> None:
    context = await context_of(store, patient(), condition("x", "I10", 9), denied="Observation")
    file, _ = await record(context, "p1")
    assert (file.withheld, len(file.of("Condition"))) == (frozenset({"Observation"}), 1)
    assert file.members == ("Patient/p1",)


async def test_of_a_very_long_file_the_newest_of_each_type(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WHOLE", 5)
    monkeypatch.setattr(reading, "MOST", "4")
    results = [observation("4548-4", "A1c", "7", "%", day, id=f"o{day}") for day in range(1, 9)]
    context = await context_of(store, *organizations(), patient(), condition("x", "I10", 9), *results)
    file, incomplete = await record(context, "p1")
    assert incomplete
    assert [each["id"] for each in file.of("Observation")] == ["o1", "o2", "o3", "o4"]
    assert len(file.of("Condition")) == 1
    assert [each["id"] for each in file.patients] == ["p1"]
    assert (await summary(context, "p1"))["entry"][0]["resource"]["text"]["status"] == "generated"


async def test_drugs_and_devices_that_are_named_come_along(store: Store) -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "缬沙坦"}}
    named = condition("x", "I10", 9) | {"evidence": [{"detail": [{"reference": "Medication/m"}]}]}
    file, _ = await health_file(await context_of(store, patient(), drug, named), "p1")
    assert [each["id"] for each in file.of("Medication")] == ["m"]
