from typing import Any

import pytest

from fhir.operations.operation import Call, Level, Parameter
from fhir.operations.registry import operation_or_404
from fhir.operations.summary import run
from fhir.outcome import Refusal
from fhir.store import Store
from tests.support.people import JINJIANG, patient
from tests.unit.fhir.summary.test_reading import context_of

NUMBER = "urn:oid:2.16.156.10011.1.3|510104195803129013"
PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips"


def call(id: str | None = None, **given: str) -> Call:
    return Call("Patient", id, tuple(Parameter(name, value) for name, value in given.items()))


async def made(store: Store, asked: Call) -> Any:
    stranger = patient("p9", identifier=[{"system": "urn:a", "value": "9"}])
    twin = patient(
        "p8",
        identifier=[{"system": "urn:a", "value": "9"}],
        name=[{"text": "另一人"}],
        birthDate="1990-01-01",
    )
    context = await context_of(store, patient(), patient("p2", JINJIANG), stranger, twin)
    return await run(context, asked), context


@pytest.mark.parametrize(
    "asked",
    [
        call("p1"),
        call(identifier=NUMBER),
        call("p1", profile=PROFILE),
        call("p1", profile=f"{PROFILE}|2.0.0"),
        call("p1", profile=PROFILE.replace("Bundle", "Composition")),
    ],
)
async def test_a_person_is_named_by_id_or_identifier(store: Store, asked: Call) -> None:
    bundle, context = await made(store, asked)
    assert (bundle["type"], bundle["entry"][1]["resource"]["resourceType"]) == ("document", "Patient")
    assert context.trail.query in ("Patient/p1/$summary", "Patient/p2/$summary")
    assert context.trail.patients == {"Patient/p1", "Patient/p2"}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (call(), 400),
        (call("p1", identifier=NUMBER), 400),
        (call(identifier="510104195803129013"), 400),
        (call(identifier="urn:a|nobody"), 404),
        (call(identifier="urn:a|9"), 412),
        (call("nobody"), 404),
        (call("p1", profile="http://example.org/other"), 400),
        (call("p1", profile=f"{PROFILE}|1.0.0"), 400),
        (call("p1", graph="http://example.org/graph"), 400),
    ],
)
async def test_what_is_refused(store: Store, asked: Call, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        await made(store, asked)
    assert refused.value.status == status


def test_it_is_offered_on_the_type_and_on_each_patient() -> None:
    for level in (Level.TYPE, Level.INSTANCE):
        assert operation_or_404("summary", "Patient", level).definition.endswith(
            "ips/OperationDefinition/summary"
        )
