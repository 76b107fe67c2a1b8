from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.matching.citizen_number import SYSTEM
from fhir.operations.calling import carry_out
from fhir.operations.ihe_pix import OPERATION
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import patient, put

A, B, C = "urn:oid:1.2.3.1", "urn:oid:1.2.3.2", "urn:oid:1.2.3.3"
NUMBER = {"system": SYSTEM, "value": "510104195803129013"}


def known(id: str, system: str, value: str, **more: Any) -> Resource:
    return patient(
        id, name=[{"text": "王建国"}], identifier=[{"system": system, "value": value}, NUMBER], **more
    )


@pytest.fixture(autouse=True)
async def residents(store: Store) -> None:
    await put(
        store, known("a", A, "1"), known("b", B, "77"), patient("c", identifier=[{"system": C, "value": "9"}])
    )


async def ask(store: Store, source: str, *targets: str, owners: tuple[str, ...] = ()) -> list[Any]:
    granted = Granted(Some(*owners)) if owners else Granted()
    asked = Context(store, granted, "https://x.example/fhir", "r")
    given = [Parameter("sourceIdentifier", source), *(Parameter("targetSystem", each) for each in targets)]
    found = await carry_out(asked, OPERATION, Call("Patient", parameters=tuple(given), safe=True), None)
    assert isinstance(found, dict)
    return [
        each["valueIdentifier"]["value"]
        if "valueIdentifier" in each
        else each["valueReference"]["reference"][-9:]
        for each in found.get("parameter", ())
    ]


async def test_all_numbers_of_the_person_and_its_patients(store: Store) -> None:
    assert await ask(store, f"{A}|1") == [NUMBER["value"], "77", "Patient/a", "Patient/b"]


async def test_the_numbers_of_one_domain(store: Store) -> None:
    assert await ask(store, f"{A}|1", B) == ["77", "Patient/b"]
    assert await ask(store, f"{A}|1", C) == []


async def test_who_is_alone_has_no_other_number(store: Store) -> None:
    assert await ask(store, f"{C}|9") == ["Patient/c"]


@pytest.mark.parametrize(
    ("source", "targets", "fault"),
    [
        (f"{A}|2", (), Fault.NOT_FOUND),
        ("urn:oid:9.9.9|1", (), Fault.UNKNOWN_DOMAIN),
        (f"{A}|1", ("urn:oid:9.9.9",), Fault.UNKNOWN_TARGET),
        ("1", (), Fault.PARAMETER),
        (f"{A}|", (), Fault.PARAMETER),
    ],
)
async def test_what_is_not_known(store: Store, source: str, targets: tuple[str, ...], fault: Fault) -> None:
    """The error cases of ITI-83."""
    await refused(ask(store, source, *targets), fault)


async def test_hidden_is_unknown(store: Store) -> None:
    await refused(ask(store, f"{A}|1", owners=("Patient/c",)), Fault.NOT_FOUND)
    assert await ask(store, f"{A}|1", owners=("Patient/a",)) == [NUMBER["value"], "Patient/a"]


@pytest.mark.parametrize("more", ["", ",urn:q"])
async def test_a_target_system_is_no_search(store: Store, more: str) -> None:
    """It must not tell whether a number is in the region."""
    target = f"{SYSTEM}|{NUMBER['value']}{more}"
    await refused(ask(store, f"{C}|9", target, owners=("Patient/c",)), Fault.UNKNOWN_TARGET)


async def test_a_number_of_two_people_is_its_owners(store: Store) -> None:
    child = patient("k", name=[{"text": "王建国之女"}], birthDate="2024-05-05")
    await put(store, child | {"identifier": [NUMBER, {"system": C, "value": "12"}]})
    assert await ask(store, f"{SYSTEM}|{NUMBER['value']}") == ["1", "77", "Patient/a", "Patient/b"]
    assert await ask(store, f"{C}|12") == ["Patient/k"], "its mother's number is none of its own"


async def test_a_lent_card_leads_to_nobody(store: Store) -> None:
    lent = patient("k", name=[{"text": "李志明"}], birthDate="1958-03-12")
    await put(store, lent | {"identifier": [NUMBER]})
    await refused(ask(store, f"{SYSTEM}|{NUMBER['value']}"), Fault.CONFLICT)
