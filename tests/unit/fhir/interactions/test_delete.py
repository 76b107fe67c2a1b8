import pytest

from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.read import read
from fhir.interactions.writes.precondition import preconditions
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.unit.fhir.interactions.conftest import Contexts


async def test_deleted_is_gone_and_twice_is_once(clinic: Context) -> None:
    await delete(clinic, "Observation", "o1")
    await delete(clinic, "Observation", "o1")
    await refused(read(clinic, "Observation", "o1"), Fault.GONE)
    assert await clinic.store.database["versions"].count_documents({}) == 1
    assert clinic.trail.patients == {"Patient/p1"}


@pytest.mark.parametrize("id", ["o2", "nobody"])
async def test_hidden_and_unknown_are_one_answer(clinic: Context, contexts: Contexts, id: str) -> None:
    await refused(delete(clinic, "Observation", id), Fault.NOT_FOUND)
    assert (await read(contexts(), "Observation", "o2")).version == 1


async def test_regional_clients_may_delete_what_is_unknown(regional: Context) -> None:
    await delete(regional, "Observation", "nobody")
    assert (regional.trail.entity, regional.trail.patients) == ("Observation/nobody", set())


async def test_if_match(clinic: Context) -> None:
    await refused(delete(clinic, "Observation", "o1", preconditions=preconditions(if_match="2")), Fault.STALE)
    await delete(clinic, "Observation", "o1", preconditions=preconditions(if_match="1"))
    await refused(read(clinic, "Observation", "o1"), Fault.GONE)
