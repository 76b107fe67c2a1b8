import pytest

from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from fhir.summary.reading import health_file, organizations_of
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
