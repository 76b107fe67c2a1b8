from dataclasses import replace

import pytest

from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context, Rules
from fhir.interactions.writes.acceptance import (
    check_compartment,
    check_references,
    check_type,
    check_valid,
)
from fhir.outcome import Fault, Refusal
from fhir.store import EVERYONE
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import observation, organization, patient

P1 = Some("Patient/p1")


@pytest.mark.parametrize("type", ["", "patient", "Nonsense", "HumanName", "DomainResource"])
def test_only_resource_types_are_types(type: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_type(type)
    assert refusal.value.fault is Fault.UNKNOWN_TYPE
    assert type not in str(refusal.value) or not type


def test_a_valid_resource_of_the_type_passes() -> None:
    check_type("Patient")
    check_valid(patient(), "Patient")
    check_valid(patient())


class Directory(Granted):
    """The directory is open to all, everything else within the constraint."""

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        return Permit(EVERYONE) if type == "Organization" else await super().decide(type, action)


async def test_references_to_the_directory_and_to_known_entries_pass(clinic: Context) -> None:
    performed = observation(performer=[{"reference": "Organization/h1"}])
    await check_references(replace(clinic, access=Directory(P1)), performed, P1)
    # What nobody owns and the writer may not read is hidden, whether it is there or not.
    await refused(check_references(clinic, performed, P1), Fault.BUSINESS_RULE)
    focus = observation(focus=[{"reference": "Observation/new"}])
    await check_references(clinic, focus, P1, {"Observation/new"})


@pytest.mark.parametrize("target", ["Observation/o2", "Observation/nobody"])
async def test_a_reference_to_what_is_hidden_is_one_to_nothing(clinic: Context, target: str) -> None:
    refusal = await refused(
        check_references(clinic, observation(hasMember=[{"reference": target}]), P1), Fault.BUSINESS_RULE
    )
    assert [(issue.code, issue.expression) for issue in refusal.issues] == [
        ("not-found", "Observation.hasMember[0].reference")
    ]
    assert target not in str(refusal.as_outcome())


async def test_conditional_references_are_refused(clinic: Context) -> None:
    resource = observation(performer=[{"reference": "Practitioner?identifier=1"}])
    await refused(check_references(clinic, resource, P1), Fault.BUSINESS_RULE)


async def test_the_owner_is_told_and_every_resident_named_must_be_visible(clinic: Context) -> None:
    assert await check_compartment(clinic, observation(), P1) == "Patient/p1"
    assert await check_compartment(clinic, organization(), P1) == "Organization/h1"
    both = observation(performer=[{"reference": "Patient/p2"}])
    await refused(check_compartment(clinic, both, P1), Fault.BUSINESS_RULE)
    assert await check_compartment(clinic, both, P1, {"Patient/p2"}) == "Patient/p1"


UNKNOWN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


@pytest.mark.parametrize(
    "target", [UNKNOWN, "urn:oid:1.2.3", "Patient/p1/_history/9", "Patient/p1/_history/x"]
)
async def test_a_reference_that_leads_to_nothing_is_refused_at_its_place(
    regional: Context, target: str
) -> None:
    """Line 46 of the checklist keeps versions; one that never was is none."""
    await check_references(regional, observation(focus=[{"reference": "Patient/p1/_history/1"}]), EVERYONE)
    refusal = await refused(
        check_references(regional, observation(focus=[{"reference": target}]), EVERYONE),
        Fault.BUSINESS_RULE,
    )
    assert [issue.expression for issue in refusal.issues] == ["Observation.focus[0].reference"]
    loose = replace(regional, rules=Rules(integrity=False))
    await check_references(loose, observation(focus=[{"reference": target}]), EVERYONE)


async def test_what_a_bundle_refers_to_may_lie_in_it(regional: Context) -> None:
    inside = [
        {"fullUrl": "https://elsewhere.example/fhir/Patient/inside", "resource": patient("inside")},
        {"fullUrl": UNKNOWN, "resource": patient("unnamed")},
    ]
    for target in ("Patient/inside", UNKNOWN):
        entry = {"fullUrl": "urn:oid:1.2.3", "resource": observation(focus=[{"reference": target}])}
        whole = {"resourceType": "Bundle", "type": "collection", "entry": [*inside, entry]}
        await check_references(regional, whole, EVERYONE)
        await refused(check_references(regional, whole | {"entry": [entry]}, EVERYONE), Fault.BUSINESS_RULE)


async def test_where_a_hidden_resident_is_named_is_told(clinic: Context) -> None:
    other = observation(performer=[{"reference": "Patient/p2"}])
    refusal = await refused(check_compartment(clinic, other, P1), Fault.BUSINESS_RULE)
    assert [each.expression for each in refusal.issues] == ["Observation.performer[0].reference"]
    assert "p2" not in str(refusal.as_outcome())


def test_the_statement_of_the_server_is_no_type() -> None:
    with pytest.raises(Refusal) as refusal:
        check_type("metadata")
    assert refusal.value.fault is Fault.METHOD
