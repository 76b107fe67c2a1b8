import pytest

from fhir.interactions.context import Context
from fhir.interactions.writes.criteria import matching, read_criteria, the_one
from fhir.outcome import Fault, Refusal
from fhir.store import Stored
from fhir.store.transaction import Transaction
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put
from tests.unit.fhir.interactions.conftest import Contexts

CODE = "code=http://loinc.org|8480-6"


async def found(context: Context, type: str, criteria: str) -> list[str]:
    async def work(transaction: Transaction) -> list[Stored]:
        return await matching(context, transaction, type, criteria)

    return [each.reference for each in await context.store.resources.transact(work)]


async def one(context: Context, type: str, criteria: str) -> Stored | None:
    return await context.store.resources.transact(lambda tx: the_one(context, tx, type, criteria))


@pytest.mark.parametrize(
    "criteria", ["", "?gender=male", "Patient?gender=male", "gender=", "nonsense=1", "_count=1",
                 "_summary=count",
                 "gender=male&_include=Patient:organization", "gender=%ff", "_cursor=x"],
)  # fmt: skip
def test_what_are_no_criteria(regional: Context, criteria: str) -> None:
    """Checklist lines 34 and 35."""
    with pytest.raises(Refusal) as refusal:
        read_criteria(regional, "Patient", criteria)
    assert refusal.value.status == 400


def test_they_are_decoded_once(regional: Context) -> None:
    """Checklist line 35."""
    query = read_criteria(regional, "Patient", "identifier=s%7C100%2525")
    assert query.processed == [("identifier", "s|100%25")]


async def test_what_the_writer_may_find(regional: Context, clinic: Context) -> None:
    assert sorted(await found(regional, "Observation", CODE)) == ["Observation/o1", "Observation/o2"]
    assert await found(clinic, "Observation", CODE) == ["Observation/o1"]
    assert await found(clinic, "Observation", "code=other") == []
    assert clinic.trail.patients == {"Patient/p1"}


async def test_a_patient_in_criteria_is_that_one_alone(regional: Context) -> None:
    """A write of one hospital does not change what another knows of the same person."""
    number = [{"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}]
    await put(regional.store, patient("p1", identifier=number), patient("p2", identifier=number))
    linked = await regional.store.persons.linked(["Patient/p1"])
    assert len(linked["Patient/p1"]) == 2
    assert await found(regional, "Observation", f"{CODE}&subject=Patient/p1") == ["Observation/o1"]


async def test_one_none_and_several(regional: Context) -> None:
    assert await one(regional, "Observation", "_id=nobody") is None
    stored = await one(regional, "Observation", "_id=o1")
    assert stored is not None
    assert stored.resource() == stored.resource() | observation("o1", "p1")
    await refused(one(regional, "Observation", CODE), Fault.MULTIPLE_MATCHES)


async def test_finding_takes_the_right_to_search(contexts: Contexts) -> None:
    await refused(found(contexts("Patient/p1", denied=("s",)), "Patient", "_id=p1"), Fault.FORBIDDEN)
