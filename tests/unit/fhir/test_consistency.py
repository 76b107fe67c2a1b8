from typing import Any

import pytest

from fhir.consistency import check
from fhir.store import Store
from tests.support.resources import observation, patient, put, remove


async def test_a_sound_store_has_no_findings(store: Store) -> None:
    await put(store, patient(), observation(), observation("o2"))
    report = await check(store)
    assert (report.resources, report.references) == (3, 2)
    assert (report.drifted, report.dangling) == ([], [])


async def test_a_body_that_was_moved_to_another_row_is_found(store: Store) -> None:
    await put(store, patient(), observation(), observation("o2", valueString="other"))
    rows = store.database["resources"]
    other = await rows.find_one({"_id": "Observation/o2"})
    assert other is not None
    await rows.update_one({"_id": "Observation/o1"}, {"$set": {"body": other["body"]}})
    report = await check(store)
    assert report.drifted == ["Observation/o1: the body does not open"]


@pytest.mark.parametrize(
    "change",
    [
        {"tokens": ["x"]},
        {"dates": [{"p": "x"}]},
        {"values": [{"p": "x", "s": 1.0}]},
        {"texts": [5]},
        {"position": {"type": "Point", "coordinates": [1.0, 2.0]}},
        {"owner": "Patient/p1x"},
    ],
)
async def test_an_index_that_differs_is_found(store: Store, change: dict[str, Any]) -> None:
    await put(store, patient(), observation())
    if "owner" in change:  # the body can only be read under the key of its owner
        await store.vault.prepare(["Patient/p1x"])
        plain = await store.resources.transact(_body)
        body = store.vault.loaded("Patient/p1x").seal(plain, "Observation/o1/1")
        change = change | {"body": body}
    await store.database["resources"].update_one({"_id": "Observation/o1"}, {"$set": change})
    assert (await check(store)).drifted == ["Observation/o1: the index differs from the resource"]


async def _body(tx: Any) -> bytes:
    return (await tx.load(["Observation/o1"]))["Observation/o1"].body


async def test_a_reference_to_what_is_unknown_or_deleted_is_found(store: Store) -> None:
    await put(store, patient(), observation(), observation("o2", subject="nobody"))
    await remove(store, "Patient/p1")
    assert sorted((await check(store)).dangling) == [
        "Observation/o1 Observation.subject.reference: the reference leads nowhere",
        "Observation/o2 Observation.subject.reference: the reference leads nowhere",
    ]


async def test_more_than_one_batch_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fhir.consistency._BATCH", 2)
    await put(store, *(patient(f"p{number}") for number in range(5)))
    assert (await check(store)).resources == 5


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_version_that_is_missing_is_found(store: Store, deleted: bool) -> None:
    """Checklist line 108: version numbers without a gap are part of a sound store."""
    for text in "abc":
        await put(store, patient(), observation(valueString=text))
    if deleted:
        await remove(store, "Observation/o1")
    assert (await check(store)).drifted == []
    await store.database["versions"].delete_one({"_id": "Observation/o1/2"})
    assert (await check(store)).drifted == ["Observation/o1: a version is missing or too many"]
