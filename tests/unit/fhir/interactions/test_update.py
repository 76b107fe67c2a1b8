import pytest

from fhir.interactions.context import Context
from fhir.interactions.update import update
from fhir.interactions.writes.precondition import preconditions
from fhir.outcome import Fault, Refusal
from fhir.store.projection import Session
from tests.support.refusal import refused
from tests.support.resources import observation, patient


async def test_a_new_version_and_none_for_the_same(clinic: Context) -> None:
    changed = observation("o1", "p1", status="amended")
    first = await update(clinic, "Observation", "o1", changed)
    again = await update(clinic, "Observation", "o1", changed)
    assert (first.stored.version, first.created) == (2, False)
    assert again.stored.version == 2
    assert clinic.trail.patients == {"Patient/p1"}


async def test_only_who_sees_the_region_creates_by_update(regional: Context, clinic: Context) -> None:
    await refused(update(clinic, "Observation", "o9", observation("o9", "p1")), Fault.NOT_FOUND)
    made = await update(regional, "Observation", "o9", observation("o9", "p1"))
    assert (made.stored.version, made.created) == (1, True)


async def test_a_hidden_resource_is_unknown(clinic: Context) -> None:
    await refused(update(clinic, "Observation", "o2", observation("o2", "p1")), Fault.NOT_FOUND)


async def test_nothing_is_moved_to_a_hidden_resident(clinic: Context) -> None:
    await refused(update(clinic, "Observation", "o1", observation("o1", "p2")), Fault.BUSINESS_RULE)


@pytest.mark.parametrize(("id", "body"), [("o1", "o2"), ("o1", None), ("a b", "a b"), ("x" * 65, "x" * 65)])
async def test_the_body_has_the_id_of_the_address(regional: Context, id: str, body: str | None) -> None:
    resource = observation() | {"id": body}
    await refused(update(regional, "Observation", id, resource), Fault.PARAMETER)


async def test_if_match(clinic: Context) -> None:
    changed = observation("o1", "p1", status="amended")
    await refused(
        update(clinic, "Observation", "o1", changed, preconditions=preconditions(if_match="2")), Fault.STALE
    )
    assert (
        await update(clinic, "Observation", "o1", changed, preconditions=preconditions(if_match="1"))
    ).stored.version == 2


async def test_with_what_goes_along_or_neither(clinic: Context) -> None:
    marks, changed = clinic.store.database["marks"], observation("o1", "p1", status="amended")

    async def along(session: Session) -> None:
        await marks.insert_one({}, session=session)

    async def refuse(session: Session) -> None:
        await along(session)
        raise Refusal(Fault.CONFLICT, "no")

    await refused(update(clinic, "Observation", "o1", changed, along=refuse), Fault.CONFLICT)
    stale = preconditions(if_match="2")
    await refused(update(clinic, "Observation", "o1", changed, preconditions=stale, along=along), Fault.STALE)
    assert await marks.count_documents({}) == 0
    assert (await update(clinic, "Observation", "o1", changed, along=along)).stored.version == 2
    assert await marks.count_documents({}) == 1


async def test_a_patient_may_be_corrected(clinic: Context) -> None:
    assert (await update(clinic, "Patient", "p1", patient("p1", gender="male"))).stored.version == 2
