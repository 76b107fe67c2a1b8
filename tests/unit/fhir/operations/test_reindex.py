"""Checklist line 92: $reindex for those who may write SearchParameters."""

from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations.operation import Call, Operation, Parameter
from fhir.operations.reindex import REINDEX, STATUS
from fhir.outcome import Fault
from fhir.store import Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import patient, put


def context(store: Store, *owners: str, **more: Any) -> Context:
    granted = Granted(Some(*owners), **more) if owners else Granted(**more)
    return Context(store, granted, "https://x.example/fhir", "r")


async def told(asking: Context, operation: Operation, call: Call) -> dict[str, Any]:
    result = await operation.run(asking, call)
    assert isinstance(result, dict)
    return {each["name"]: next(value for name, value in each.items() if name != "name")
            for each in result["parameter"]}  # fmt: skip


async def test_the_job_and_how_far_it_is(store: Store) -> None:
    await put(store, patient("p1"))
    await refused(STATUS.run(context(store), Call()), Fault.NOT_FOUND)
    asked = Call(parameters=(Parameter("type", "Patient"),))
    begun = await told(context(store), REINDEX, asked)
    assert (begun["state"], begun["total"], begun["type"]) == ("requested", 1, "Patient")
    assert (await told(context(store), STATUS, Call()))["started"] == begun["started"]


async def test_one_resource_at_once(store: Store) -> None:
    await put(store, patient("p1"))
    await store.database["resources"].update_one({"_id": "Patient/p1"}, {"$set": {"tokens": ["Patient"]}})
    done = await told(context(store), REINDEX, Call("Patient", "p1"))
    assert (done["state"], done["done"], done["changed"]) == ("done", 1, 1)
    row = await store.database["resources"].find_one({"_id": "Patient/p1"})
    assert row is not None
    assert len(row["tokens"]) > 1
    assert (await told(context(store), REINDEX, Call("Patient", "p1")))["changed"] == 0


@pytest.mark.parametrize("operation", [REINDEX, STATUS])
async def test_it_is_for_the_region(store: Store, operation: Operation) -> None:
    await refused(operation.run(context(store, denied=("SearchParameter",)), Call()), Fault.FORBIDDEN)


async def test_an_unknown_type_or_resource(store: Store) -> None:
    await put(store, patient("p1"))
    for unknown in ("Unicorn", "metadata"):
        call = Call(parameters=(Parameter("type", unknown),))
        await refused(REINDEX.run(context(store), call), Fault.PARAMETER)
    await refused(REINDEX.run(context(store), Call("Patient", "p2")), Fault.NOT_FOUND)
    await refused(REINDEX.run(context(store, "Patient/p1"), Call("Patient", "p1")), Fault.FORBIDDEN)
