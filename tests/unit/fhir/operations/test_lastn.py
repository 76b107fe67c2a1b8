from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.matching.citizen_number import SYSTEM
from fhir.operations.lastn import newest, run
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import serialize
from fhir.store import Store, Stored
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put

A, B, C = ({"system": "http://a", "code": code} for code in "abc")


def row(id: str, moment: int | None, *codings: dict[str, str], text: str | None = None) -> Stored:
    code: dict[str, Any] = {"coding": list(codings)} | ({"text": text} if text else {})
    body = serialize({"resourceType": "Observation", "id": id, "code": code})
    place = (moment, f"Observation/{id}")
    return Stored("Observation", id, 1, datetime.now(UTC), "Patient/p1", body=body, place=place)


def ids(rows: list[Stored]) -> str:
    return "".join(each.id for each in rows)


@pytest.mark.parametrize(
    ("rows", "most", "expected"),
    [
        ([row("1", 3, A), row("2", 2, B), row("3", 1, C)], 1, "123"),
        ([row("1", 3, A), row("2", 2, B), row("3", 1, A, C)], 1, "12"),
        ([row("1", 3, A), row("2", 2, B), row("3", 1, A, B)], 1, "1"),
        ([row("1", 4, A), row("2", 3, A), row("3", 2, A)], 2, "12"),
        ([row("1", 4, A), row("2", 3, A), row("3", 3, A), row("4", 2, A)], 2, "123"),
        ([row("1", None, A), row("2", None, A)], 1, "1"),
        ([row("1", 3, text="Text"), row("2", 2, text="text"), row("3", 1, text="Text")], 1, "12"),
        ([row("1", 3), row("2", 2)], 1, "1"),
    ],
)  # fmt: skip
def test_groups_and_ties(rows: list[Stored], most: int, expected: str) -> None:
    """The table of the OperationDefinition: equivalent codes, texts as they stand, ties are not cut."""
    assert ids(newest(rows, most)) == expected


def context(store: Store, *owners: str) -> Context:
    granted = Granted(Some(*owners)) if owners else Granted()
    return Context(store, granted, "https://x.example/fhir", "r")


def call(**given: Any) -> Call:
    return Call("Observation", parameters=tuple(Parameter(name, value) for name, value in given.items()))


@pytest.fixture(autouse=True)
async def measured(store: Store) -> None:
    days = {f"o{day}": {"effectiveDateTime": f"2024-05-0{day}"} for day in (3, 1, 2)}
    await put(store, patient("p1"), patient("p2"))
    await put(store, *(observation(id, "p1", **when) for id, when in days.items()))
    await put(store, observation("other", "p1", code="2345-7"), observation("o9", "p2"))


async def test_the_newest_of_each_code(store: Store) -> None:
    asked = {"patient": "p1", "code": "8480-6,2345-7"}
    bundle = await run(context(store), call(**asked))
    assert isinstance(bundle, dict)
    assert [entry["fullUrl"].rpartition("/")[2] for entry in bundle["entry"]] == ["o3", "other"]
    assert bundle["link"][0]["url"].endswith("/Observation/$lastn?patient=p1&code=8480-6%2C2345-7")
    bundle = await run(context(store), call(**asked, max="2"))
    assert isinstance(bundle, dict)
    assert [entry["fullUrl"].rpartition("/")[2] for entry in bundle["entry"]] == ["o3", "o2", "other"]


async def test_nothing_of_what_is_hidden(store: Store) -> None:
    bundle = await run(context(store, "Patient/p2"), call(patient="p1", code="8480-6"))
    assert isinstance(bundle, dict)
    assert (bundle["total"], "entry" in bundle) == (0, False)


@pytest.mark.parametrize(
    "given",
    [
        {"code": "8480-6"},
        {"patient": "p1"},
        {"patient": "p1,p2", "code": "8480-6"},
        {"patient": "p1", "code": "8480-6", "max": "0"},
        {"patient": {"reference": "Patient/p1"}, "code": "8480-6"},
    ],
)
async def test_one_subject_and_a_kind_are_needed(store: Store, given: dict[str, Any]) -> None:
    await refused(run(context(store), call(**given)), Fault.PARAMETER)


@pytest.mark.parametrize("name", ["_sort", "_count"])
async def test_no_other_order_and_no_other_number(store: Store, name: str) -> None:
    value = "1" if name == "_count" else "date"
    asked = call(patient="p1", code="8480-6", **{name: value})
    await refused(run(context(store), asked), Fault.UNSUPPORTED_PARAMETER)


async def test_a_patient_that_stands_for_itself(store: Store) -> None:
    number = [{"system": SYSTEM, "value": "510104195803129013"}]
    await put(store, patient("p1", identifier=number), patient("p2", identifier=number))
    for linked, expected in ((True, "Observation/o9 Observation/o3"), (False, "Observation/o3")):
        asked = call(patient="p1", code="8480-6", max="1")
        bundle = await run(replace(context(store), linked=linked), asked)
        assert isinstance(bundle, dict)
        assert bundle["entry"][0]["fullUrl"].endswith(tuple(expected.split()))
        assert all("o9" not in entry["fullUrl"] for entry in bundle["entry"]) or linked
