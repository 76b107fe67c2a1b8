from dataclasses import replace
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.interactions.writes.writing import Written
from fhir.matching.citizen_number import SYSTEM
from fhir.operations.document import run
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import parse, serialize
from fhir.store import EVERYONE, Store
from fhir.validation import errors
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, organization, patient, put, remove

P1 = "Patient/p1"
SEEN = (P1, "Organization/h1", "Organization/h2")


def composition(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "resourceType": "Composition",
        "id": "c1",
        "status": "final",
        "type": {"text": "discharge summary"},
        "subject": {"reference": P1},
        "date": "2024-05-05",
        "author": [{"reference": "Organization/h1"}],
        "title": "HTEST",
        "section": [{"title": "results", "entry": [{"reference": "Observation/o1"}] * 2}],
    }
    return base | more


@pytest.fixture(autouse=True)
async def written(store: Store) -> None:
    await put(store, organization("h1"), organization("h2"), patient("p1"), patient("p9"))
    by = {"performer": [{"reference": "Organization/h2"}]}
    await put(store, observation("o1", "p1", **by), observation("o2", "p9"), composition())


def context(store: Store, *owners: str, **more: Any) -> Context:
    granted = Granted(Some(*owners), **more) if owners else Granted(**more)
    return Context(store, granted, "https://x.example/fhir", "r")


def call(composition: str | None = "c1", /, *, safe: bool = False, **given: str) -> Call:
    parameters = tuple(Parameter(name, value) for name, value in given.items())
    return Call("Composition", composition, parameters, safe=safe)


async def made(asking: Context, asked: Call) -> dict[str, Any]:
    bundle = await run(asking, asked)
    assert isinstance(bundle, dict)
    return parse(serialize(bundle))


async def test_the_composition_first_and_each_resource_once(store: Store) -> None:
    bundle = await made(context(store, *SEEN), call())
    assert errors(bundle) == []
    places = [entry["fullUrl"].removeprefix("https://x.example/fhir/") for entry in bundle["entry"]]
    assert places[0] == "Composition/c1"
    assert sorted(places[1:]) == ["Observation/o1", "Organization/h1", "Organization/h2", P1]
    assert bundle["type"] == "document"


async def test_the_same_by_its_id(store: Store) -> None:
    for id in ("c1", "Composition/c1", "https://x.example/fhir/Composition/c1"):
        assert (await made(context(store), call(None, id=id)))["entry"][0]["resource"]["id"] == "c1"
    for asked in (call("c1", id="c1"), call(None), call(None, id="https://elsewhere/Composition/c1")):
        await refused(run(context(store), asked), Fault.PARAMETER)


async def test_what_is_not_there_makes_no_document(store: Store) -> None:
    await put(store, composition(section=[{"entry": [{"reference": "Observation/o2"}]}]))
    assert len((await made(context(store), call()))["entry"]) == 4
    await refused(run(context(store, *SEEN), call()), Fault.BUSINESS_RULE)
    await remove(store, "Observation/o2")
    await refused(run(context(store), call()), Fault.BUSINESS_RULE)
    await refused(run(context(store, "Patient/p9"), call()), Fault.NOT_FOUND)


async def test_a_graph_is_refused(store: Store) -> None:
    await refused(run(context(store), call(graph="http://g")), Fault.UNSUPPORTED_PARAMETER)


async def test_it_is_stored_where_that_is_asked_for(store: Store) -> None:
    kept = await run(context(store), call(persist="true"))
    assert isinstance(kept, Written)
    again = await store.resources.read("Bundle", kept.stored.id, EVERYONE)
    assert again is not None
    assert again.resource()["entry"][0]["resource"]["id"] == "c1"
    await refused(run(context(store), call(persist="true", safe=True)), Fault.METHOD)
    await refused(run(context(store, *SEEN, denied=("Bundle",)), call(persist="true")), Fault.FORBIDDEN)


async def test_what_belongs_to_a_linked_patient_comes_along_only_where_a_patient_stands_for_it(
    store: Store,
) -> None:
    number = [{"system": SYSTEM, "value": "510104195803129013"}]
    await put(store, patient("p1", identifier=number), patient("p9", identifier=number))
    await put(store, observation("o1", "p1", derivedFrom=[{"reference": "Observation/o2"}]))
    for linked, comes in ((True, True), (False, False)):
        bundle = await made(replace(context(store), linked=linked), call())
        listed = [entry["fullUrl"].removeprefix("https://x.example/fhir/") for entry in bundle["entry"]]
        assert ("Observation/o2" in listed) is comes
