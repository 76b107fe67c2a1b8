"""Checklist line 95: $validate answers with an outcome, whatever is wrong, and stores nothing."""

from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations import validate
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put

BASE = "https://x.example/fhir"
OWN = "http://example.org/StructureDefinition/named"
VALID = ["information informational -"]


@pytest.fixture(autouse=True)
async def files(store: Store) -> None:
    await put(store, patient("p1"), patient("p2"), observation("o1", "p1"))


def context(store: Store, *owners: str, denied: tuple[str, ...] = ()) -> Context:
    return Context(store, Granted(Some(*owners) if owners else EVERYONE, denied), BASE)


def call(type: str = "Patient", id: str | None = None, **parameters: Any) -> Call:
    return Call(type, id, tuple(Parameter(name, value) for name, value in parameters.items()))


def said(outcome: Resource) -> list[str]:
    assert outcome["resourceType"] == "OperationOutcome"
    return [
        f"{issue['severity']} {issue['code']} {issue.get('expression', ['-'])[0]}"
        for issue in outcome["issue"]
    ]


def named(**more: Any) -> Resource:
    """A profile that asks for a name and a birth date."""
    elements = [
        {"path": f"Patient.{name}", "id": f"Patient.{name}", "min": 1} for name in ("name", "birthDate")
    ]
    return {
        "resourceType": "StructureDefinition",
        "id": "named",
        "url": OWN,
        "name": "Named",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": [{"path": "Patient", "id": "Patient"}, *elements]},
    } | more


async def test_a_valid_resource(store: Store) -> None:
    assert said(await validate.run(context(store), call(resource=patient()))) == VALID


async def test_every_fault_at_its_element(store: Store) -> None:
    body = patient(gender="x", birthDate="1990-02-30", contact=[{"gender": "male"}])
    assert said(await validate.run(context(store), call(resource=body))) == [
        "error code-invalid Patient.gender",
        "error value Patient.birthDate",
        "error invariant Patient.contact[0]",
    ]


async def test_another_type_than_the_address_says(store: Store) -> None:
    found = said(await validate.run(context(store), call("Observation", resource=patient())))
    assert found == ["error invalid Resource.resourceType"]


async def test_the_stored_resource(store: Store) -> None:
    assert said(await validate.run(context(store), call(id="p1"))) == VALID
    await refused(validate.run(context(store), call(id="unknown")), Fault.NOT_FOUND)
    await refused(validate.run(context(store, "Patient/p2"), call(id="p1")), Fault.NOT_FOUND)


async def test_nothing_to_validate(store: Store) -> None:
    await refused(validate.run(context(store), call()), Fault.PARAMETER)


async def test_a_profile_of_r4_and_one_that_was_posted(store: Store) -> None:
    await put(store, named())
    found = said(await validate.run(context(store), call(resource=patient(), profile=OWN)))
    assert found == ["error required Patient.birthDate"]
    vital = "http://hl7.org/fhir/StructureDefinition/heartrate"
    found = said(
        await validate.run(context(store), call("Observation", resource=observation(), profile=vital))
    )
    assert "error required Observation.category" in found


async def test_the_stored_resource_against_a_profile(store: Store) -> None:
    await put(store, named())
    found = said(await validate.run(context(store), call(id="p1", mode="profile", profile=OWN)))
    assert found == ["error required Patient.birthDate"]


async def test_a_profile_that_is_not_known(store: Store) -> None:
    asked = call(resource=patient(), profile="http://example.org/none")
    await refused(validate.run(context(store), asked), Fault.UNSUPPORTED_PARAMETER)


async def test_a_claimed_profile_that_is_not_known_is_a_warning(store: Store) -> None:
    body = patient(meta={"profile": ["http://example.org/none"]})
    assert said(await validate.run(context(store), call(resource=body))) == [
        "warning not-found Patient",
        *VALID,
    ]


async def test_a_profile_is_not_asked_of_what_has_no_structure(store: Store) -> None:
    body = patient(name="x", meta={"profile": ["http://example.org/none"]})
    assert said(await validate.run(context(store), call(resource=body))) == ["error structure Patient.name"]


async def test_mode_create_asks_whether_it_could_be_filed(store: Store) -> None:
    body = observation("x", "p2")
    clinic = context(store, "Patient/p1")
    found = said(await validate.run(clinic, call("Observation", resource=body, mode="create")))
    assert "error not-found Observation.subject.reference" in found
    told = said(await validate.run(clinic, call("Observation", resource=body)))
    assert told == ["warning business-rule Observation.subject.reference",
                    "warning not-found Observation.subject.reference", *VALID]  # fmt: skip
    body = observation("x", "p1")
    assert said(await validate.run(clinic, call("Observation", resource=body, mode="create"))) == VALID


async def test_hidden_and_missing_are_the_same(store: Store) -> None:
    clinic = context(store, "Patient/p1")
    hidden, missing = [
        await validate.run(clinic, call("Observation", resource=observation("x", id), mode="create"))
        for id in ("p2", "none")
    ]
    assert hidden == missing


async def test_mode_update_needs_the_id(store: Store) -> None:
    body = {"resourceType": "Patient"}
    found = said(await validate.run(context(store), call(resource=body, mode="update")))
    assert found == ["error invalid Patient.id"]
    found = said(await validate.run(context(store), call(id="p1", resource=patient("p2"), mode="update")))
    assert found == ["error invalid Patient.id"]
    assert (
        said(await validate.run(context(store), call(id="p1", resource=patient("p1"), mode="update")))
        == VALID
    )


async def test_mode_delete_deletes_nothing(store: Store) -> None:
    asked = call("Observation", "o1", mode="delete")
    assert said(await validate.run(context(store), asked)) == VALID
    stored = await store.resources.read("Observation", "o1", EVERYONE)
    assert stored is not None
    assert (stored.deleted, stored.version) == (False, 1)
    await refused(validate.run(context(store), call(mode="delete")), Fault.PARAMETER)


@pytest.mark.parametrize(
    ("mode", "letter"), [("create", "c"), ("update", "u"), ("delete", "d"), ("profile", "r")]
)
async def test_each_mode_needs_its_right(store: Store, mode: str, letter: str) -> None:
    denied = (letter, "c") if mode == "profile" else (letter,)
    asked = call(id="p1", resource=patient("p1"), mode=mode, profile=OWN)
    await refused(validate.run(context(store, denied=denied), asked), Fault.FORBIDDEN)


async def test_mode_profile_needs_a_profile(store: Store) -> None:
    await refused(validate.run(context(store), call(resource=patient(), mode="profile")), Fault.PARAMETER)


async def test_who_may_read_or_create_may_validate(store: Store) -> None:
    for denied in ("r", "c"):
        assert said(await validate.run(context(store, denied=(denied,)), call(resource=patient()))) == VALID
    await refused(
        validate.run(context(store, denied=("Patient",)), call(resource=patient())), Fault.FORBIDDEN
    )


async def test_an_unknown_mode(store: Store) -> None:
    await refused(validate.run(context(store), call(resource=patient(), mode="try")), Fault.PARAMETER)
