import pytest

from fhir.interactions.context import Context
from fhir.interactions.history import history
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import observation, put, remove


async def test_newest_first_with_the_deletion(clinic: Context) -> None:
    await put(clinic.store, observation("o1", "p1", status="amended"))
    await remove(clinic.store, "Observation/o1")
    versions = await history(clinic, "Observation", "o1")
    assert [(each.version, each.deleted) for each in versions] == [(3, True), (2, False), (1, False)]
    assert (clinic.trail.entity, clinic.trail.patients) == ("Observation/o1/_history", {"Patient/p1"})


@pytest.mark.parametrize("id", ["o2", "nobody"])
async def test_hidden_and_unknown_are_one_answer(clinic: Context, id: str) -> None:
    await refused(history(clinic, "Observation", id), Fault.NOT_FOUND)
    assert clinic.trail.patients == set()
