from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations.calling import carry_out
from fhir.operations.merge import MERGE, UNDO
from fhir.operations.operation import Call, Operation
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from tests.support.access import Granted, Some
from tests.support.person import record
from tests.support.refusal import refused
from tests.support.resources import put

NUMBER, OTHER = "510104195803129013", "510104195803129021"
LOCAL = "urn:oid:1.2.3"


def local(id: str, **told: Any) -> Resource:
    patient = record(id, **told)
    numbers = [*patient.get("identifier", []), {"system": LOCAL, "value": id}]
    return patient | {"identifier": numbers, "active": True}


@pytest.fixture(autouse=True)
async def residents(store: Store) -> None:
    await put(store, local("a", name="王建国", number=NUMBER), local("b", name="王建国", number=NUMBER))
    await put(store, local("c", name="王建国", number=OTHER, birth="1958-03-12"))


async def carry(store: Store, operation: Operation, source: str, target: str, **more: Any) -> Resource:
    asked: list[dict[str, Any]] = [
        {"name": f"{name}-patient", "valueReference": {"reference": reference}}
        for name, reference in (("source", source), ("target", target))
    ]
    asked += [{"name": name, "valueBoolean": value} for name, value in more.items()]
    body = {"resourceType": "Parameters", "parameter": asked}
    context = Context(store, Granted(), "https://x.example/fhir", "r")
    found = await carry_out(context, operation, Call("Patient"), body)
    assert isinstance(found, dict)
    return found


async def read(store: Store, id: str) -> Resource:
    stored = await store.resources.read("Patient", id, EVERYONE)
    assert stored is not None
    return {name: value for name, value in stored.resource().items() if name != "meta"}


async def test_the_loser_is_replaced_and_its_numbers_lead_to_the_survivor(store: Store) -> None:
    told = await carry(store, MERGE, "Patient/b", "https://x.example/fhir/Patient/a")
    assert [each["name"] for each in told["parameter"]] == ["input", "outcome", "result"]
    loser, survivor = await read(store, "b"), await read(store, "a")
    assert (loser["active"], survivor["active"]) == (False, True)
    (link,) = loser["link"]
    assert (link["other"], link["type"]) == ({"reference": "Patient/a"}, "replaced-by")
    assert survivor["link"] == [{"other": {"reference": "Patient/b"}, "type": "replaces"}]
    former = survivor["identifier"][-1]
    assert (former["system"], former["value"], former["use"]) == (LOCAL, "b", "old")


async def test_undoing_restores_both(store: Store) -> None:
    before = await read(store, "a"), await read(store, "b")
    await carry(store, MERGE, "Patient/b", "Patient/a")
    await carry(store, UNDO, "Patient/b", "Patient/a")
    assert (await read(store, "a"), await read(store, "b")) == before


async def test_undoing_takes_no_more_than_the_merge_gave(store: Store) -> None:
    """What either had before stays: an old number of its own, and not being told to be active."""
    mine = local("a", name="王建国", number=NUMBER)
    mine["identifier"].append({"system": LOCAL, "value": "b", "use": "old"})
    other = {key: value for key, value in local("b", name="王建国").items() if key != "active"}
    await put(store, mine, other)
    await carry(store, MERGE, "Patient/b", "Patient/a")
    await carry(store, UNDO, "Patient/b", "Patient/a")
    assert (await read(store, "a"), await read(store, "b")) == (mine, other)


async def test_what_a_clerk_has_linked_stays_when_a_merge_is_undone(store: Store) -> None:
    await put(store, local("d", name="王建国"), local("e", name="王建国"))
    await store.clerical_review.link("Patient/d", "Patient/e", "clerk", "")
    await carry(store, MERGE, "Patient/e", "Patient/d")
    await carry(store, UNDO, "Patient/e", "Patient/d")
    linked = await store.persons.linked(["Patient/d"])
    assert set(linked["Patient/d"]) == {"Patient/d", "Patient/e"}


async def test_a_clerk_who_separates_takes_the_merge_back(store: Store) -> None:
    await put(store, local("d", name="王建国"), local("e", name="王建国"))
    before = await read(store, "d"), await read(store, "e")
    await carry(store, MERGE, "Patient/e", "Patient/d")
    await store.clerical_review.separate("Patient/e", "Patient/d", "clerk", "two people")
    assert (await read(store, "d"), await read(store, "e")) == before
    assert await store.persons.linked(["Patient/d"]) == {"Patient/d": ("Patient/d",)}


async def test_a_preview_changes_nothing(store: Store) -> None:
    before = await read(store, "a"), await read(store, "b")
    told = await carry(store, MERGE, "Patient/b", "Patient/a", preview=True)
    assert told["parameter"][2]["resource"]["link"][0]["type"] == "replaces"
    assert (await read(store, "a"), await read(store, "b")) == before


async def test_what_the_one_has_is_found_under_the_other(store: Store) -> None:
    await put(
        store, record("x", name="李芳", birth="1990-01-02"), record("y", name="李方", birth="1990-01-02")
    )
    await carry(store, MERGE, "Patient/x", "Patient/y")
    assert set((await store.persons.linked(["Patient/x"]))["Patient/x"]) == {"Patient/x", "Patient/y"}
    await carry(store, UNDO, "Patient/x", "Patient/y")
    assert (await store.persons.linked(["Patient/x"]))["Patient/x"] == ("Patient/x",)


@pytest.mark.parametrize(
    ("source", "target", "fault"),
    [
        ("Patient/a", "Patient/a", Fault.PARAMETER),
        ("Patient/a", "Patient/none", Fault.NOT_FOUND),
        ("Patient/a", "Observation/1", Fault.PARAMETER),
        ("Patient/a", "Patient/c", Fault.BUSINESS_RULE),
    ],
)
async def test_what_can_not_be_merged(store: Store, source: str, target: str, fault: Fault) -> None:
    await refused(carry(store, MERGE, source, target), fault)


async def test_neither_in_a_circle_nor_twice(store: Store) -> None:
    await carry(store, MERGE, "Patient/b", "Patient/a")
    for source, target in (("Patient/a", "Patient/b"), ("Patient/b", "Patient/a")):
        await refused(carry(store, MERGE, source, target), Fault.BUSINESS_RULE)
    await refused(carry(store, UNDO, "Patient/a", "Patient/b"), Fault.BUSINESS_RULE)


async def test_what_clerks_keep_apart_is_not_merged(store: Store) -> None:
    await store.clerical_review.separate("Patient/b", "Patient/a", "clerk", "")
    await refused(carry(store, MERGE, "Patient/b", "Patient/a"), Fault.BUSINESS_RULE)


async def test_only_for_the_region(store: Store) -> None:
    asked = {"name": "source-patient", "valueReference": {"reference": "Patient/a"}}
    body = {"resourceType": "Parameters", "parameter": [asked, asked | {"name": "target-patient"}]}
    context = Context(store, Granted(Some("Patient/a")), "https://x.example/fhir", "r")
    await refused(carry_out(context, MERGE, Call("Patient"), body), Fault.FORBIDDEN)
