from typing import Any

import pytest

from fhir.access import Constraint
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from services.queries.people import Person, people
from tests.support.access import Granted, Some
from tests.support.resources import patient, put


def numbered(id: str, *numbers: dict[str, Any], **more: Any) -> Resource:
    return patient(id, identifier=list(numbers), **more)


def test_numbers_of_a_person_stand_once_and_those_of_visits_not() -> None:
    own, old = {"system": "a", "value": "1"}, {"system": "a", "value": "0", "use": "old"}
    visit = {"system": "v", "value": "9", "type": {"coding": [{"code": "VN"}]}}
    person = Person("k", (numbered("1", own, old, visit), numbered("2", own, {"system": "b", "value": "1"})))
    assert [(each["system"], each["value"]) for each in person.identifiers()] == [("a", "1"), ("b", "1")]
    assert person.references == ("Patient/1", "Patient/2")


def test_the_birth_date_is_the_first_that_is_known() -> None:
    assert Person("k", (patient("1"), patient("2", birthDate="1958-03-12"))).birth_date == "1958-03-12"


@pytest.fixture
async def linked(store: Store) -> Store:
    await put(store, patient("1"), patient("2"), patient("3"), patient("gone", active=False))

    async def join(session: Any) -> None:
        await store.persons.join(session, "Patient/1", "Patient/2")

    async with store.client.start_session() as session:
        await session.with_transaction(join)
    return store


async def found(store: Store, constraint: Constraint, *ids: str) -> dict[str, tuple[str, ...]]:
    rows = await store.resources.search({"_id": {"$in": [f"Patient/{id}" for id in ids]}}, EVERYONE, limit=0)
    context = Context(store, Granted(constraint), "https://x.example/fhir", "r")
    return {name: person.references for name, person in (await people(context, rows)).items()}


async def test_one_person_is_all_linked_patients(linked: Store) -> None:
    told = await found(linked, EVERYONE, "1", "3")
    assert set(told["Patient/1"]) == {"Patient/1", "Patient/2"}
    assert told["Patient/3"] == ("Patient/3",)


async def test_of_a_person_only_what_may_be_seen(linked: Store) -> None:
    assert await found(linked, Some("Patient/1"), "1") == {"Patient/1": ("Patient/1",)}


async def test_who_is_out_of_use_is_nobody(linked: Store) -> None:
    assert await found(linked, EVERYONE, "gone") == {}
