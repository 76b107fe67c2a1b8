import pytest

from fhir.outcome import Fault
from fhir.store import Store
from fhir.store import owners as module
from fhir.store.owners import owners
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, remove


async def test_whose_resources_match(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(store, patient("p1"), patient("p2"), observation("o1", "p1"), observation("o2", "p2"))
    assert await owners(store, {"tokens": "Observation"}) == {"Patient/p1", "Patient/p2"}
    await remove(store, "Observation/o2")
    assert await owners(store, {"tokens": "Observation"}) == {"Patient/p1"}
    monkeypatch.setattr(module, "MANY", 1)
    await refused(owners(store, {"tokens": "Patient"}), Fault.TOO_COSTLY)
