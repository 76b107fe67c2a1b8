import pytest

from fhir.interactions.context import Context
from fhir.operations.operation import Call
from fhir.operations.person import run
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import Store
from fhir.validation import errors
from services.worker.linking import link
from tests.support.access import Granted, Some
from tests.support.person import record
from tests.support.refusal import refused
from tests.support.resources import put

NUMBER, PHONE = "510104195803129013", "15400000001"


@pytest.fixture(autouse=True)
async def residents(store: Store) -> None:
    told = {"sex": "male", "birth": "1958-03-12", "phone": PHONE}
    await put(store, record("a", name="王建国", number=NUMBER, **told), record("b", name="王 建国", **told))
    await put(store, record("alone", name="李芳"))
    await link(store)


async def person(store: Store, id: str, *owners: str) -> Resource:
    granted = Granted(Some(*owners)) if owners else Granted()
    found = await run(Context(store, granted, "https://x.example/fhir", "r"), Call("Patient", id))
    assert isinstance(found, dict)
    assert errors(found) == []
    return found


async def test_the_surest_record_names_the_person(store: Store) -> None:
    found = await person(store, "b")
    assert (found["name"][0]["text"], found["identifier"][0]["value"]) == ("王建国", NUMBER)
    assert {each["target"]["reference"]: each["assurance"] for each in found["link"]} == {
        "Patient/a": "level2",
        "Patient/b": "level2",
    }


async def test_who_is_alone(store: Store) -> None:
    assert (await person(store, "alone"))["link"] == [{"target": {"reference": "Patient/alone"}}]


async def test_nothing_of_a_hidden_record(store: Store) -> None:
    found = await person(store, "b", "Patient/b")
    assert [each["target"]["reference"] for each in found["link"]] == ["Patient/b"]
    assert "identifier" not in found
    await refused(person(store, "a", "Patient/b"), Fault.NOT_FOUND)


async def test_how_sure_a_link_to_a_hidden_record_is_stays_hidden(store: Store) -> None:
    alone = await person(store, "b", "Patient/b")
    assert "assurance" not in alone["link"][0]
