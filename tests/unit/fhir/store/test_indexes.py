import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure

from fhir.store import Store
from fhir.store.indexes import INDEXES, ensure_indexes
from tests.support.resources import observation, patient, put


async def test_an_opened_store_has_its_indexes(store: Store) -> None:
    for collection, models in INDEXES.items():
        found = await store.database[collection].index_information()
        assert found.keys() >= {model.document["name"] for model in models}


async def test_to_make_them_again_changes_nothing(store: Store) -> None:
    await ensure_indexes(store.database, INDEXES)


async def test_an_index_of_the_same_name_with_other_keys_is_noticed(store: Store) -> None:
    other = {"resources": [IndexModel([("x", ASCENDING)], name="owner_tokens")]}
    with pytest.raises(OperationFailure):
        await ensure_indexes(store.database, other)


@pytest.mark.parametrize(
    ("filter", "index"),
    [
        ({"owner": "Patient/p1", "tokens": "Observation"}, "owner_tokens"),
        ({"dates": {"$elemMatch": {"p": "Observation.date", "s": {"$lte": 5}, "e": {"$gte": 5}}}}, "dates"),
        ({"tokens": "Observation.code|http://loinc.org|8480-6"}, "tokens_updated"),
    ],
)
async def test_a_search_uses_its_index(store: Store, filter: dict[str, object], index: str) -> None:
    await put(store, patient(), *(observation(f"o{number}") for number in range(20)))
    plan = await store.database["resources"].find(filter).explain()
    assert index in str(plan["queryPlanner"]["winningPlan"])
