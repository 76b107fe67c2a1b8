from dataclasses import replace

import pytest

from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.read import read
from fhir.outcome import Fault, Refusal
from fhir.store.projection import Session
from tests.support.refusal import refused
from tests.support.resources import observation, patient
from tests.unit.fhir.interactions.conftest import Contexts


async def test_a_new_id_whatever_the_client_says(clinic: Context) -> None:
    """Checklist line 2."""
    meta = {"versionId": "9", "lastUpdated": "2001-01-01T00:00:00Z"}
    written = await create(clinic, "Observation", observation("mine", "p1", meta=meta))
    stored = written.stored
    assert (stored.version, len(stored.id)) == (1, len(new_id()))
    assert stored.resource()["meta"]["versionId"] == "1"
    assert (await read(clinic, "Observation", stored.id)).body == stored.body
    assert clinic.trail.patients == {"Patient/p1"}


@pytest.mark.parametrize("subject", ["p2", "nobody"])
async def test_nothing_is_filed_with_hidden_or_unknown_residents(clinic: Context, subject: str) -> None:
    refusal = await refused(create(clinic, "Observation", observation(subject=subject)), Fault.BUSINESS_RULE)
    assert subject not in str(refusal.as_outcome())
    assert await clinic.store.database["resources"].count_documents({"type": "Observation"}) == 2


async def test_another_type_than_the_address_says(clinic: Context) -> None:
    await refused(create(clinic, "Condition", observation()), Fault.MALFORMED)


async def test_what_breaks_the_rules(clinic: Context) -> None:
    refusal = await refused(create(clinic, "Observation", observation(status="bogus")), Fault.INVALID)
    assert refusal.issues[0].expression == "Observation.status"


async def test_whoever_registers_a_patient_is_related_in_the_same_transaction(contexts: Contexts) -> None:
    related: list[str] = []

    async def relate(session: object, reference: str) -> None:
        related.append(reference)

    written = await create(replace(contexts("Patient/p1"), relate=relate), "Patient", patient())
    assert related == [written.stored.reference]

    async def fail(session: object, reference: str) -> None:
        raise Refusal(Fault.CONFLICT, "no")

    before = await contexts().store.database["resources"].count_documents({})
    await refused(create(replace(contexts(), relate=fail), "Patient", patient()), Fault.CONFLICT)
    assert await contexts().store.database["resources"].count_documents({}) == before


async def test_what_the_writer_may_not_vouch_for(contexts: Contexts) -> None:
    async def vouch(resource: object) -> None:
        raise Refusal(Fault.BUSINESS_RULE, "not yours")

    context = replace(contexts(), vouch=vouch)
    assert str(await refused(create(context, "Observation", observation()), Fault.BUSINESS_RULE)) == (
        "not yours"
    )


async def test_under_an_id_that_was_kept_with_what_goes_along_or_neither(clinic: Context) -> None:
    id, marks = new_id(), clinic.store.database["marks"]

    async def along(session: Session) -> None:
        await marks.insert_one({}, session=session)

    one = observation(subject="p1")
    written = await create(clinic, "Observation", one, id=id, along=along)
    assert (written.stored.id, written.created) == (id, True)
    await refused(create(clinic, "Observation", one, id=id, along=along), Fault.CONFLICT)
    assert await marks.count_documents({}) == 1

    async def refuse(session: Session) -> None:
        raise Refusal(Fault.STALE, "no")

    await refused(create(clinic, "Observation", one, along=refuse), Fault.STALE)
    assert await clinic.store.database["resources"].count_documents({"type": "Observation"}) == 3
