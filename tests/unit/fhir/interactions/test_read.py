import pytest

from fhir.interactions.context import Context
from fhir.interactions.read import read, seen
from fhir.outcome import Fault
from tests.support.refusal import refused
from tests.support.resources import remove
from tests.unit.fhir.interactions.conftest import Contexts


async def test_the_current_version_and_whose_it_is(clinic: Context) -> None:
    assert (await read(clinic, "Observation", "o1")).version == 1
    assert (clinic.trail.entity, clinic.trail.patients) == ("Observation/o1", {"Patient/p1"})


@pytest.mark.parametrize("id", ["o2", "nobody"])
async def test_hidden_and_unknown_are_one_answer(clinic: Context, id: str) -> None:
    refusal = await refused(read(clinic, "Observation", id), Fault.NOT_FOUND)
    assert str(refusal) == "no such resource is known here to you"
    assert clinic.trail.patients == set()


async def test_deleted_is_gone_for_those_who_may_see_it_and_unknown_to_others(contexts: Contexts) -> None:
    await remove(contexts().store, "Observation/o1")
    await refused(read(contexts("Patient/p1"), "Observation", "o1"), Fault.GONE)
    await refused(read(contexts("Patient/p2"), "Observation", "o1"), Fault.NOT_FOUND)


async def test_a_denied_type_is_forbidden(contexts: Contexts) -> None:
    context = contexts(denied=("Observation",))
    await refused(read(context, "Observation", "o1"), Fault.FORBIDDEN)
    assert context.trail.entity == "Observation/o1"


async def test_what_is_not_shown_is_not_seen_whatever_the_reason(contexts: Contexts) -> None:
    own = contexts("Patient/p1")
    found = await seen(own, "Observation", "o1")
    assert found is not None
    assert found.id == "o1"
    assert await seen(own, "Observation", "o2") is None
    assert await seen(own, "Observation", "nobody") is None
    assert await seen(contexts(denied=("Observation",)), "Observation", "o1") is None
    await remove(own.store, "Observation/o1")
    assert await seen(own, "Observation", "o1") is None
