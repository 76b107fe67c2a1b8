"""Labels, Consents and emergencies over a care relation (security-and-scale.md, lines 10, 15, 16 and 19)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from auth import moment
from auth.access.constraint import Related
from auth.access.grounds import Grounds, Policy
from auth.access.ruled import Ruled
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.consents import Consents
from auth.store.database import Database
from auth.store.emergencies import Emergencies
from auth.store.relations import Relations
from fhir.access import Filter
from fhir.sensitivity import ACT_CODE
from fhir.store.changes import Changes
from fhir.store.facets import label
from fhir.store.in_memory import held
from fhir.store.vault import Vault

H1, H2, DR = "Organization/h1", "Organization/h2", "Practitioner/d1"
A, A2, B = "Patient/a", "Patient/a2", "Patient/b"
"""The first two are one person."""
HIV = label((ACT_CODE, "HIV"))
DOCTOR = Principal(Kind.PERSON, "account-1", "HTEST", Role.CLINICIAN, organization=H1, practitioner=DR)
SYSTEM = Principal(Kind.SYSTEM, "client", "HTEST", organization=H1)


def no_former(reference: str) -> None:
    """It is new."""


async def linked(patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {one: (A, A2) if one in (A, A2) else (one,) for one in patients}


@pytest.fixture
async def grounds(base: Database) -> Grounds:
    """`A` was seen at H1, `A2` is the same person elsewhere; nobody knows B."""
    changes = Changes(base)
    vault = Vault(base["keys"], b"k" * 32, changes)
    relations = Relations(base, linked, changes)
    await relations.encounter(None, A, H1, moment.now())
    return Grounds(relations, Consents(base, vault, changes), Emergencies(base, vault, changes))


def ruled(grounds: Grounds, who: Principal = DOCTOR) -> Ruled:
    return Ruled(Related(H1, who.practitioner, grounds.relations), who, grounds)


def row(owner: str, *facets: str, inherited: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "Observation",
        "id": "o",
        "owner": owner,
        "facets": list(facets),
        "inherited": list(inherited),
    }


async def seen(constraint: Ruled, *rows: dict[str, Any]) -> list[bool]:
    owners = await constraint.among([each["owner"] for each in rows])
    within = await constraint.within(owners)
    return [each["owner"] in owners and (within is None or held(within, each)) for each in rows]


def consent(patient: str, id: str = "c", **more: Any) -> dict[str, Any]:
    scope = {"coding": [{"code": "patient-privacy"}]}
    return {"resourceType": "Consent", "id": id, "status": "active", "scope": scope, "dateTime": "2026",
            "patient": {"reference": patient}, "provision": {"type": "deny"}} | more  # fmt: skip


async def keep(grounds: Grounds, base: Database, *consents: dict[str, Any]) -> None:
    async with base.client.start_session() as session:
        await grounds.consents.apply(session, consents, no_former)


@pytest.mark.parametrize("who", [DOCTOR, SYSTEM])
async def test_a_label_hides_what_others_recorded_and_not_what_the_house_did(
    grounds: Grounds, who: Principal
) -> None:
    rows = row(A), row(A, HIV), row(A2), row(A2, HIV), row(A2, inherited=[HIV]), row(B)
    assert await seen(ruled(grounds, who), *rows) == [True, True, True, False, False, False]


async def test_a_denial_holds_for_all_sources_of_the_person_at_once(grounds: Grounds, base: Database) -> None:
    constraint = ruled(grounds)
    assert await seen(constraint, row(A), row(A2)) == [True, True]
    await keep(grounds, base, consent(A2))
    assert await seen(ruled(grounds), row(A), row(A2)) == [False, False]
    await keep(grounds, base, consent(A2, status="inactive"))
    assert await seen(ruled(grounds), row(A), row(A2)) == [True, True]
    await keep(grounds, base, consent(A2))
    async with base.client.start_session() as session:
        await grounds.consents.remove(session, ["Consent/c"], no_former)
    assert await seen(ruled(grounds), row(A), row(A2)) == [True, True]


async def test_a_consent_that_changes_its_patient_leaves_the_former_one(
    grounds: Grounds, base: Database
) -> None:
    await keep(grounds, base, consent(A))
    await keep(grounds, base, consent(B))
    assert await seen(ruled(grounds), row(A)) == [True]


async def test_what_a_consent_says_of_a_resident_does_not_lie_open(grounds: Grounds, base: Database) -> None:
    await keep(grounds, base, consent(A, provision={"type": "deny", "securityLabel": [{"code": "HIV"}]}))
    (kept,) = await base["consents"].find().to_list()
    assert b"HIV" not in bytes(kept.pop("body"))
    assert kept == {"_id": f"{A} Consent/c", "patient": A, "consent": "Consent/c"}


async def test_a_named_label_is_opened_by_the_resident(grounds: Grounds, base: Database) -> None:
    provision = {
        "type": "permit",
        "actor": [{"reference": {"reference": H1}}],
        "securityLabel": [{"system": ACT_CODE, "code": "HIV"}],
    }
    await keep(grounds, base, consent(A, provision=provision))
    psychiatric = label((ACT_CODE, "PSY"))
    assert await seen(ruled(grounds), row(A2, HIV), row(A2, HIV, psychiatric)) == [True, False]


async def test_an_emergency_opens_a_stranger_until_it_ends(grounds: Grounds) -> None:
    assert await seen(ruled(grounds), row(B)) == [False]
    await opened(grounds, B)
    assert await seen(ruled(grounds), row(B), row(B, HIV)) == [True, True]
    assert B in (await ruled(grounds).every(10) or ())
    other = Principal(Kind.PERSON, "account-2", "HTEST", Role.CLINICIAN, organization=H1, practitioner=DR)
    assert await seen(ruled(grounds, other), row(B)) == [False]
    assert await seen(ruled(grounds, SYSTEM), row(B)) == [False]
    assert await seen(ruled(grounds, replace(DOCTOR, organization=H2)), row(B)) == [False]
    await grounds.emergencies.close(DOCTOR.id, [B])
    assert await seen(ruled(grounds), row(B)) == [False]


@pytest.mark.parametrize(("binds", "expected"), [(True, False), (False, True)])
async def test_what_is_denied_outright_stays_closed_where_the_region_says_so(
    grounds: Grounds, base: Database, binds: bool, expected: bool
) -> None:
    policy = Policy(denial_binds=binds)
    own = Grounds(grounds.relations, grounds.consents, grounds.emergencies, policy)
    await opened(own, B)
    partly = consent(B, provision={"type": "deny", "securityLabel": [{"system": ACT_CODE, "code": "HIV"}]})
    await keep(own, base, partly)
    assert await seen(ruled(own), row(B, HIV)) == [True]
    assert not await ruled(own).bound(B)
    await keep(own, base, consent(B))
    assert await seen(ruled(own), row(B)) == [expected]
    assert await ruled(own).bound(B) is binds


async def test_where_the_region_opens_nothing_by_itself(grounds: Grounds, base: Database) -> None:
    closed = Grounds(grounds.relations, grounds.consents, grounds.emergencies, Policy(open=False))
    assert await seen(ruled(closed), row(A), row(A2)) == [False, False]
    await keep(
        closed, base, consent(A, provision={"type": "permit", "actor": [{"reference": {"reference": H1}}]})
    )
    assert await seen(ruled(closed), row(A), row(A2)) == [True, True]


async def opened(grounds: Grounds, patient: str) -> None:
    await grounds.emergencies.open(
        None, account=DOCTOR.id, name="HTEST", organization=H1, practitioner=DR, patient=patient,
        code="unconscious", reason="HTEST",
    )  # fmt: skip


async def test_a_filter_is_made_once_for_the_same_owners(grounds: Grounds) -> None:
    constraint = ruled(grounds)
    first: Filter | None = await constraint.within([A, A2])
    assert await constraint.within([A2, A]) is first


async def test_who_reads_is_not_told_that_something_is_hidden(grounds: Grounds, base: Database) -> None:
    research = consent(A, "research", scope={"coding": [{"code": "research"}]})
    await keep(grounds, base, consent(A, provision={"type": "permit"}), research)
    telling, other, gone = (row(A) | {"type": "Consent", "id": id} for id in ("c", "research", "deleted"))
    assert await seen(ruled(grounds), telling, other, gone, row(A)) == [False, True, False, True]
    assert await seen(ruled(grounds), gone | {"owner": A2}) == [False]
    await opened(grounds, A)
    assert await seen(ruled(grounds), telling, gone, row(A)) == [False, False, True]


async def test_what_speaks_of_a_rule_is_not_told_either(grounds: Grounds, base: Database) -> None:
    research = consent(A, "research", scope={"coding": [{"code": "research"}]})
    of_rule, of_gone, of_research = (
        row(A, f"refers|Consent/{id}", "refers|Organization/h1") | {"type": "Provenance", "id": id}
        for id in ("c", "deleted", "research")
    )
    assert await seen(ruled(grounds), of_rule, of_gone, of_research) == [False, False, False]
    await keep(grounds, base, consent(A, provision={"type": "permit"}), research)
    assert await seen(ruled(grounds), of_rule, of_gone, of_research) == [False, False, True]
    both = row(A, "refers|Consent/c", "refers|Consent/research")
    assert await seen(ruled(grounds), both, row(A, "refers|Composition/c")) == [False, True]


async def test_a_rule_that_is_gone_is_not_told_where_there_is_no_other(grounds: Grounds) -> None:
    gone = row(A) | {"type": "Consent", "id": "deleted"}
    assert await seen(ruled(grounds), gone, row(A)) == [False, True]
    await opened(grounds, B)
    assert await seen(ruled(grounds), gone | {"owner": B}, row(B)) == [False, True]


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize(("binds", "expected"), [(True, False), (False, True)])
async def test_what_is_denied_for_emergencies_by_name_stays_closed_in_them(
    grounds: Grounds, base: Database, binds: bool, expected: bool, nested: bool
) -> None:
    own = replace(grounds, policy=Policy(denial_binds=binds))
    deny = {
        "type": "deny",
        "purpose": [{"code": "BTG"}],
        "securityLabel": [{"system": ACT_CODE, "code": "HIV"}],
    }
    await keep(own, base, consent(B, provision={"type": "permit", "provision": [deny]} if nested else deny))
    await opened(own, B)
    assert await seen(ruled(own), row(B), row(B, HIV)) == [True, expected]
