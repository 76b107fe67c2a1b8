"""What tells of a labelled resource is as sensitive as that (security-and-scale.md, line 15)."""

from typing import Any

from fhir.sensitivity import ACT_CODE
from fhir.store import Store
from fhir.store.facets import label
from tests.support.resources import observation, put

PSY = label((ACT_CODE, "PSY"))
LABELLED = {"meta": {"security": [{"system": ACT_CODE, "code": "PSY"}]}}


def report(id: str = "r1", *results: str) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": id,
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "x"},
        "result": [{"reference": each} for each in results],
    }


def document(id: str = "d1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "status": "current",
        "subject": {"reference": "Patient/p1"},
        "content": [{"attachment": {"url": "Binary/b1"}}],
    } | more


def binary(data: str = "QQ==") -> dict[str, Any]:
    return {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": data,
            "securityContext": {"reference": "Patient/p1"}}  # fmt: skip


async def inherited(store: Store, reference: str) -> list[str]:
    row = await store.database["resources"].find_one({"_id": reference})
    assert row is not None
    found: list[str] = row.get("inherited", [])
    return found


async def test_a_report_inherits_whichever_comes_first(store: Store) -> None:
    await put(store, report("r1", "Observation/o1"))
    assert await inherited(store, "DiagnosticReport/r1") == []
    await put(store, observation("o1", **LABELLED))
    assert await inherited(store, "DiagnosticReport/r1") == [PSY]
    await put(store, report("r2", "Observation/o1"))
    assert await inherited(store, "DiagnosticReport/r2") == [PSY]


async def test_a_label_that_goes_goes_everywhere(store: Store) -> None:
    await put(store, observation("o1", **LABELLED), report("r1", "Observation/o1"))
    composition = {"resourceType": "Composition", "id": "c1", "status": "final", "date": "2026", "title": "x",
                   "type": {"text": "x"}, "author": [{"display": "x"}],
                   "subject": {"reference": "Patient/p1"},
                   "section": [{"entry": [{"reference": "DiagnosticReport/r1"}]}]}  # fmt: skip
    await put(store, composition)
    assert await inherited(store, "Composition/c1") == [PSY]
    await put(store, observation("o1"))
    assert await inherited(store, "DiagnosticReport/r1") == []
    assert await inherited(store, "Composition/c1") == []


async def test_an_attachment_inherits_and_keeps_it_when_it_is_written_anew(
    store: Store,
) -> None:
    await put(store, binary())
    await put(store, document(**LABELLED))
    assert await inherited(store, "Binary/b1") == [PSY]
    await put(store, binary("Qg=="))
    assert await inherited(store, "Binary/b1") == [PSY]
    await put(store, document())
    assert await inherited(store, "Binary/b1") == []


async def test_a_new_version_of_a_report_inherits_again(
    store: Store,
) -> None:
    await put(store, observation("o1", **LABELLED), report("r1", "Observation/o1"))
    await put(store, report("r1", "Observation/o1") | {"conclusion": "x"})
    assert await inherited(store, "DiagnosticReport/r1") == [PSY]
    version = await store.database["versions"].find_one({"_id": "DiagnosticReport/r1/1"})
    assert version is not None
    assert version["inherited"] == [PSY]


async def test_an_observation_tells_of_nothing_but_itself(store: Store) -> None:
    await put(
        store, observation("o1", **LABELLED), observation("o2", hasMember=[{"reference": "Observation/o1"}])
    )
    assert await inherited(store, "Observation/o2") == []


async def test_an_attachment_of_two_documents_inherits_from_both_whichever_is_written(store: Store) -> None:
    await put(store, binary())
    await put(store, document("d1", **LABELLED), document("d2"))
    await put(store, document("d2", description="x"))
    assert await inherited(store, "Binary/b1") == [PSY]
    await put(store, document("d1"))
    assert await inherited(store, "Binary/b1") == []
