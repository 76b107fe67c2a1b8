from decimal import Decimal
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations.calling import carry_out
from fhir.operations.match import OPERATION
from fhir.operations.operation import Call
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import Store
from services.worker.linking import link
from tests.support.access import Granted, Some
from tests.support.person import record
from tests.support.refusal import refused
from tests.support.resources import put

NUMBER = "510104195803129013"
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
PHONE = "15400000001"


def context(store: Store, *owners: str) -> Context:
    granted = Granted(Some(*owners)) if owners else Granted()
    return Context(store, granted, "https://x.example/fhir", "r")


@pytest.fixture(autouse=True)
async def residents(store: Store) -> None:
    await put(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    await put(store, record("c", name="王建军", sex="male", birth="1985-07-08", phone=PHONE))
    await link(store)


async def match(store: Store, resource: Resource, *owners: str, **more: Any) -> Resource:
    asked = [{"name": "resource", "resource": {name: resource[name] for name in resource if name != "id"}}]
    asked += [{"name": name, _member(value): value} for name, value in more.items()]
    body = {"resourceType": "Parameters", "parameter": asked}
    found = await carry_out(context(store, *owners), OPERATION, Call("Patient", posted=True), body)
    assert isinstance(found, dict)
    return found


def _member(value: Any) -> str:
    return "valueBoolean" if isinstance(value, bool) else "valueInteger"


def told(bundle: Resource) -> list[tuple[str, str, Decimal]]:
    return [
        (
            entry["fullUrl"].rpartition("/")[2],
            entry["search"]["extension"][0]["valueCode"],
            entry["search"]["score"],
        )
        for entry in bundle.get("entry", ())
        if entry["search"]["mode"] == "match"
    ]


async def test_the_certain_ones_first(store: Store) -> None:
    found = told(await match(store, record(**WANG, phone=PHONE, number=NUMBER)))
    assert [(id, grade) for id, grade, _ in found] == [("a", "certain"), ("b", "certain")]
    assert [score for *_, score in found] == [Decimal(1), Decimal("0.9999")]


async def test_what_is_only_possible_has_a_lower_score(store: Store) -> None:
    found = told(await match(store, record(**WANG)))
    assert {grade for _, grade, _ in found} == {"possible"}
    assert all(score < 1 for *_, score in found)


async def test_only_certain_matches(store: Store) -> None:
    assert told(await match(store, record(**WANG), onlyCertainMatches=True)) == []
    certain = await match(store, record(**WANG, phone=PHONE), onlyCertainMatches=True)
    assert {id for id, *_ in told(certain)} == {"a", "b"}


async def test_of_two_people_neither_is_certain(store: Store) -> None:
    await put(store, record("other", **WANG, phone=PHONE, number="510104195803129021"))
    await link(store)
    found = await match(store, record(**WANG, phone=PHONE), onlyCertainMatches=True)
    assert told(found) == []
    assert found["entry"][0]["resource"]["issue"][0]["code"] == "multiple-matches"


async def test_at_most_so_many(store: Store) -> None:
    assert len(told(await match(store, record(**WANG, number=NUMBER), count=1))) == 1


async def test_who_is_hidden_matches_nobody(store: Store) -> None:
    seen = await match(store, record(**WANG, phone=PHONE, number=NUMBER), "Patient/b", "Patient/c")
    assert [id for id, *_ in told(seen)] == ["b"]
    hidden = await match(store, record(**WANG, number=NUMBER), "Patient/c")
    unknown = await match(store, record(name="李芳", birth="1990-01-02"), "Patient/c")
    assert hidden == unknown


async def test_a_patient_alone_may_be_posted(store: Store) -> None:
    body = {"resourceType": "Patient", "identifier": record(number=NUMBER)["identifier"]}
    found = await carry_out(context(store), OPERATION, Call("Patient", posted=True), body)
    assert isinstance(found, dict)
    assert {id for id, *_ in told(found)} == {"a"}


@pytest.mark.parametrize(
    ("resource", "fault"),
    [
        ({"resourceType": "Patient"}, Fault.BUSINESS_RULE),
        ({"resourceType": "Patient", "gender": "male"}, Fault.BUSINESS_RULE),
        ({"resourceType": "Patient", "gender": "bogus"}, Fault.INVALID),
        ({"resourceType": "Observation"}, Fault.PARAMETER),
    ],
)
async def test_what_finds_nobody_is_refused(store: Store, resource: Resource, fault: Fault) -> None:
    await refused(match(store, resource), fault)
