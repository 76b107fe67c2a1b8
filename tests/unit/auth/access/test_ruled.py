"""Labels, Consents and emergencies over a care relation (security-and-scale.md, lines 10, 15, 16 and 19)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from auth import moment
from auth.access.grounds import Grounds, Policy
from auth.access.permitted import Permitted
from auth.access.ruled import Ruled
from auth.access.whose import Whose
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.consents import Consents
from auth.store.database import Database
from auth.store.deaths import Deaths
from auth.store.emergencies import Emergencies
from auth.store.permissions import Permissions
from auth.store.relations import Relations
from fhir.access import Filter
from fhir.sensitivity import ACT_CODE
from fhir.store.changes import Changes
from fhir.store.facets import label
from fhir.store.in_memory import held
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock

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
    return Grounds(
        relations,
        Consents(base, vault, changes),
        Emergencies(base, vault, changes),
        Permissions(base, changes),
        Deaths(base, changes),
    )


def ruled(grounds: Grounds, who: Principal = DOCTOR) -> Ruled:
    return Whose(who, grounds).readable(H1, who.practitioner)


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
    assert isinstance(grounds.permissions, Permissions)
    async with base.client.start_session() as session:
        await grounds.consents.apply(session, consents, no_former)
        await Permitted(grounds.permissions).apply(session, consents, no_former)


@pytest.mark.parametrize("who", [DOCTOR, SYSTEM])
async def test_a_label_hides_what_others_recorded_and_not_what_the_house_did(
    grounds: Grounds, who: Principal
) -> None:
    rows = row(A), row(A, HIV), row(A2), row(A2, HIV), row(A2, inherited=[HIV]), row(B)
    assert await seen(ruled(grounds, who), *rows) == [True, True, True, False, False, False]


@pytest.mark.parametrize("who", [DOCTOR, SYSTEM])
async def test_a_label_is_lifted_for_who_recorded_it_and_not_for_whose_patient_it_is(
    grounds: Grounds, who: Principal
) -> None:
    own, other = {"recorder": H1}, {"recorder": H2}
    rows = row(A, HIV) | other, row(A, HIV) | own, row(A2, HIV) | own, row(A2, HIV) | other, row(A) | other
    assert await seen(ruled(grounds, who), *rows) == [False, True, True, False, True]


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


async def test_what_was_permitted_of_one_record_takes_back_no_denial_of_the_other(
    grounds: Grounds, base: Database
) -> None:
    """Two records turn out to be one person's: the stricter holds (china.md, matching rule 6)."""
    actor = [{"reference": {"reference": H1}}]
    denied = consent(A, "old", dateTime="2024", provision={"type": "deny", "actor": actor})
    await keep(grounds, base, denied)
    for patient, expected in ((A2, [False, False]), (A, [True, True])):
        permitted = consent(patient, "new", provision={"type": "permit", "actor": actor})
        await keep(grounds, base, permitted)
        assert await seen(ruled(grounds), row(A), row(A2)) == expected


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
    own = replace(grounds, policy=policy)
    await opened(own, B)
    partly = consent(B, provision={"type": "deny", "securityLabel": [{"system": ACT_CODE, "code": "HIV"}]})
    await keep(own, base, partly)
    assert await seen(ruled(own), row(B, HIV)) == [True]
    assert not await ruled(own).bound(B)
    await keep(own, base, consent(B))
    assert await seen(ruled(own), row(B)) == [expected]
    assert await ruled(own).bound(B) is binds


async def test_where_the_region_opens_nothing_by_itself(grounds: Grounds, base: Database) -> None:
    closed = replace(grounds, policy=Policy(open=False))
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


def permit(*to: str, **more: Any) -> dict[str, Any]:
    actor = [{"reference": {"reference": each}} for each in to]
    return {"type": "permit", "actor": actor, "class": [{"code": "Observation"}]} | more


HEAD = {"type": "Patient"}


@pytest.mark.parametrize("who", [DOCTOR, SYSTEM])
async def test_a_permission_of_a_part_opens_that_part_of_a_closed_file(
    grounds: Grounds, base: Database, who: Principal
) -> None:
    given = moment.now().isoformat()
    await keep(grounds, base, consent(B, provision=permit(H1), dateTime=given))
    rows = row(B), row(B) | HEAD, row(B) | {"type": "Condition"}, row(B, HIV), row(A), row(A) | HEAD
    assert await seen(ruled(grounds, who), *rows) == [True, True, False, False, True, True]
    assert await ruled(grounds, who).every(10) == {A, A2, B}
    writing = Whose(who, grounds).related(H1, who.practitioner)
    assert await writing.every(10) == {A, A2}
    assert await writing.among([B]) == frozenset()


async def test_a_permission_to_one_doctor_is_his_wherever_he_works(grounds: Grounds, base: Database) -> None:
    given = moment.now().isoformat()
    await keep(grounds, base, consent(B, provision=permit(DR), dateTime=given))
    others = SYSTEM, replace(DOCTOR, practitioner="Practitioner/d2")
    assert await seen(ruled(grounds), row(B)) == [True]
    assert [await seen(ruled(grounds, each), row(B)) for each in others] == [[False], [False]]
    elsewhere = Whose(replace(DOCTOR, organization=H2), grounds).readable(H2, DR)
    assert await seen(elsewhere, row(B), row(A)) == [True, False]


async def test_a_permission_is_one_of_the_person(grounds: Grounds, base: Database) -> None:
    given, who = moment.now().isoformat(), replace(SYSTEM, organization=H2)
    await keep(grounds, base, consent(A2, provision=permit(H2), dateTime=given))
    constraint = Whose(who, grounds).readable(H2, None)
    assert await seen(constraint, row(A), row(A2), row(A) | {"type": "Condition"}) == [True, True, False]


async def test_a_denial_and_an_emergency_stand_over_a_permission(grounds: Grounds, base: Database) -> None:
    given = moment.now().isoformat()
    await keep(grounds, base, consent(B, provision=permit(H1), dateTime=given), consent(B, "none"))
    assert await seen(ruled(grounds), row(B), row(B) | HEAD) == [False, False]
    await keep(grounds, base, consent(B, "none", status="inactive"))
    await opened(grounds, B)
    assert await seen(ruled(grounds), row(B), row(B, HIV), row(B) | {"type": "Condition"}) == [True] * 3


async def test_a_permission_opens_until_its_end_and_when_it_begins(
    grounds: Grounds, base: Database, clock: Clock
) -> None:
    clock.at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    period = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-03T08:00:00Z"}
    await keep(grounds, base, consent(B, provision=permit(H1, period=period)))
    for hours, expected in ((0, False), (24, True), (24, True), (1 / 3600, False)):
        clock.move(hours=hours)
        assert await seen(ruled(grounds), row(B)) == [expected]


async def test_what_a_permission_let_in_stays_closed_when_it_ends_meanwhile(
    grounds: Grounds, base: Database
) -> None:
    await keep(grounds, base, consent(B, provision=permit(H1), dateTime=moment.now().isoformat()))
    constraint = ruled(grounds)
    owners = await constraint.among([B])
    await keep(grounds, base, consent(B, status="inactive"))
    within = await constraint.within(owners)
    assert within is not None
    assert not held(within, row(B))


async def test_a_part_does_not_narrow_a_file_that_a_visit_opens(grounds: Grounds, base: Database) -> None:
    await keep(grounds, base, consent(A, provision=permit(H1), dateTime=moment.now().isoformat()))
    assert await seen(ruled(grounds), row(A) | {"type": "Condition"}) == [True]


async def test_where_the_region_opens_nothing_a_part_tells_whose_it_is(
    grounds: Grounds, base: Database
) -> None:
    closed = replace(grounds, policy=Policy(open=False))
    assert await seen(ruled(closed), row(A) | HEAD) == [False]
    await keep(closed, base, consent(A, provision=permit(H1)))
    rows = row(A), row(A) | HEAD, row(A) | {"type": "Condition"}
    assert await seen(ruled(closed), *rows) == [True, True, False]
