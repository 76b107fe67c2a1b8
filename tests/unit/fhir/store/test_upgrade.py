from typing import Any

import pytest

from auth.access.constraint import Listed
from fhir.store import Store
from fhir.store import upgrade as module
from fhir.store.upgrade import list_professionals, upgrade
from tests.support.access import Some
from tests.support.resources import observation, put, remove


async def test_superseded_versions_learn_when_they_were_superseded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 3)
    for number in range(12):
        await put(store, *(observation(f"o{n}", valueString=str(number)) for n in range(3)))
    await remove(store, "Observation/o1")
    versions = store.database["versions"]
    before = await versions.find().sort("_id").to_list()
    await versions.update_many({}, {"$unset": {"until": ""}})
    await store.database["upgrades"].delete_many({})
    await upgrade(store.database, store.vault)
    assert await versions.find().sort("_id").to_list() == before


async def test_it_is_done_once(store: Store) -> None:
    await put(store, observation())
    await put(store, observation(valueString="x"))
    await store.database["versions"].update_many({}, {"$unset": {"until": ""}})
    await upgrade(store.database, store.vault)
    assert await store.database["versions"].count_documents({"until": None}) == 1


async def test_an_index_that_nothing_reads_any_more_goes(store: Store) -> None:
    for collection in ("resources", "versions"):
        await store.database[collection].create_index([("type", 1), ("updated", -1)], name="type_updated")
    await store.database["upgrades"].delete_many({})
    await upgrade(store.database, store.vault)
    for collection in ("resources", "versions"):
        assert "type_updated" not in await store.database[collection].index_information()
        assert "type_history" in await store.database[collection].index_information()


async def test_rows_without_facets_are_hidden_from_whom_a_rule_narrows_until_they_have_them(
    store: Store,
) -> None:
    await put(store, observation())
    await put(store, observation(valueString="x"))
    narrowed = Some("Patient/p1", only={"facets": {"$nin": ["Observation.code|nothing"]}})
    whole = [await rows(store, name) for name in ("resources", "versions")]
    for name in ("resources", "versions"):
        await store.database[name].update_many({}, {"$unset": {"facets": ""}, "$set": {"labels": []}})
    assert await store.resources.read("Observation", "o1", narrowed) is None
    assert await store.resources.count({"tokens": "Observation"}, narrowed) == 0
    assert await store.resources.history_count([("Observation", narrowed)]) == 0
    await store.database["upgrades"].delete_many({})
    await upgrade(store.database, store.vault)
    assert await store.resources.read("Observation", "o1", narrowed) is not None
    assert await store.resources.history_count([("Observation", narrowed)]) == 2
    assert [await rows(store, name) for name in ("resources", "versions")] == whole


async def rows(store: Store, name: str) -> list[dict[str, Any]]:
    return await store.database[name].find().sort("_id").to_list()


async def test_professionals_without_a_listing_are_found_by_nobody_who_is_shown_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    await put(store, *({"resourceType": "Practitioner", "id": f"p{n}"} for n in range(5)))
    await store.database["resources"].update_many({}, {"$unset": {"directory": ""}})
    filter, listed = {"tokens": "Practitioner"}, Listed(None)
    assert await store.resources.count(filter, listed) == 0
    await list_professionals(store.database, store.vault)
    assert await store.resources.count(filter, listed) == 0, "it is done once"
    await store.database["upgrades"].delete_many({})
    await list_professionals(store.database, store.vault)
    assert await store.resources.count(filter, listed) == 5


async def test_consents_learn_what_they_are_about(store: Store) -> None:
    scope = {"coding": [{"code": "research"}]}
    consent = {"resourceType": "Consent", "id": "c", "status": "active", "scope": scope}
    await put(store, consent)
    await put(store, consent | {"status": "inactive"})
    before = [await rows(store, name) for name in ("resources", "versions")]
    for name in ("resources", "versions"):
        await store.database[name].update_many({}, {"$set": {"facets": ["Consent.status|active"]}})
    await store.database["upgrades"].delete_one({"_id": "facets.scope"})
    await upgrade(store.database, store.vault)
    assert [await rows(store, name) for name in ("resources", "versions")] == before
    assert "Consent.scope|research" in before[1][0]["facets"]
