"""Referrals and contracts open a file and end by the clock (security-and-scale.md, line 10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.access.entrusted import REFERRAL, Entrusted
from auth.store.relations import Relations
from fhir.store import Store
from tests.support.resources import put, remove
from tests.unit.auth.access.test_care import followed
from tests.unit.auth.conftest import Clock

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
H1, H2 = "Organization/h1", "Organization/h2"
P1, P2 = "Patient/p1", "Patient/p2"


@pytest.fixture
def relations(store: Store, clock: Clock) -> Relations:
    clock.at = NOW
    return followed(store, Entrusted)


def referral(id: str = "s1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "category": [{"coding": [{"system": "http://snomed.info/sct", "code": REFERRAL}]}],
        "subject": {"reference": P1},
        "performer": [{"reference": H1}],
        "authoredOn": "2026-02-27",
    } | more


def contract(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "EpisodeOfCare",
        "id": "c1",
        "status": "active",
        "patient": {"reference": P1},
        "managingOrganization": {"reference": H1},
        "period": {"start": "2026-01-01", "end": "2026-12-31"},
    } | more


def permission(id: str = "k1", status: str = "active", **provision: Any) -> dict[str, Any]:
    return {
        "resourceType": "Consent",
        "id": id,
        "status": status,
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "patient": {"reference": P1},
        "dateTime": "2026-02-01",
        "provision": {"type": "permit", "actor": [{"reference": {"reference": H1}}]} | provision,
    }


async def seen(relations: Relations, house: str = H1) -> set[str]:
    every = await relations.every(house, None, 10)
    assert every == await relations.among(house, None, [P1, P2])
    return set(every or ())


@pytest.mark.parametrize(
    ("opening", "open"),
    [
        (referral(), timedelta(days=87)),
        (referral(occurrencePeriod={"start": "2026-02-01", "end": "2026-03-10"}), timedelta(days=9)),
        (referral(occurrencePeriod={"start": "2026-02-01", "end": "2999"}), timedelta(days=336)),
        (permission(), timedelta(days=336)),
        (permission(purpose=[{"code": "TREAT"}], period={"end": "2026-03-10"}), timedelta(days=9)),
        (contract(), timedelta(days=304)),
        (contract(period={"start": "2026-01-01"}), timedelta(days=305)),
        (contract(period={"start": "2026-01-01", "end": "2036-01-01"}), timedelta(days=305)),
    ],
)
async def test_it_opens_and_ends_by_the_clock(
    store: Store, relations: Relations, clock: Clock, opening: dict[str, Any], open: timedelta
) -> None:
    await put(store, opening)
    assert (await seen(relations), await seen(relations, H2)) == ({P1}, set())
    assert await relations.own(H1, [P1]) == set()
    clock.at = NOW + open
    assert await seen(relations) == {P1}
    clock.at = NOW + open + timedelta(days=2)
    assert await seen(relations) == set()


@pytest.mark.parametrize(
    "other",
    [
        referral(status="revoked"),
        referral(category=[]),
        referral(performer=[{"reference": "Practitioner/d"}]),
        referral(authoredOn="2025-01-01"),
        permission(status="inactive"),
        permission(type="deny"),
        permission(actor=[]),
        permission(purpose=[{"code": "HRESCH"}]),
        permission(securityLabel=[{"code": "HIV"}]),
        permission(**{"class": [{"code": "Observation"}]}),
        contract(status="planned"),
        contract(period={"start": "2026-06-01"}),
        contract(managingOrganization=None),
    ],
)
async def test_what_opens_nothing(store: Store, relations: Relations, other: dict[str, Any]) -> None:
    await put(store, other)
    assert await seen(relations) == set()


async def test_a_contract_opens_on_its_first_day(store: Store, relations: Relations, clock: Clock) -> None:
    await put(store, contract(period={"start": "2026-06-01"}))
    clock.at = datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert await seen(relations) == {P1}


async def test_what_is_taken_back_ends_and_the_others_go_on(store: Store, relations: Relations) -> None:
    await put(store, referral("s1"), referral("s2"), contract())
    await put(store, referral("s1", status="revoked"))
    await remove(store, "EpisodeOfCare/c1")
    assert await seen(relations) == {P1}
    await put(store, referral("s2", performer=[{"reference": H2}]))
    assert (await seen(relations), await seen(relations, H2)) == (set(), {P1})
    await put(store, referral("s2", subject={"reference": P2}))
    assert (await seen(relations), await seen(relations, H2)) == ({P2}, set())


async def test_a_withdrawn_permission_ends_unless_another_stands(store: Store, relations: Relations) -> None:
    await put(store, permission("k1"), permission("k2"))
    await put(store, permission("k1", status="inactive"))
    assert await seen(relations) == {P1}
    await remove(store, "Consent/k2")
    assert await seen(relations) == set()


async def test_the_newest_word_about_a_house_counts(store: Store, relations: Relations) -> None:
    await put(store, permission("k1"))
    for newer in ({"type": "deny"}, {"securityLabel": [{"code": "HIV"}]}):
        await put(store, permission("k2", **newer) | {"dateTime": "2026-02-20"})
        assert await seen(relations) == set()
        await remove(store, "Consent/k2")
        assert await seen(relations) == {P1}


async def test_a_look_ahead_knows_what_consents_open_and_nothing_else_ends(
    store: Store, relations: Relations
) -> None:
    await put(store, permission())
    for supposed, expected in (({}, set()), ({H1: frozenset({P2})}, {P2})):
        assert await relations.supposing(supposed).among(H1, None, [P1, P2]) == expected
    await put(store, contract())
    assert await relations.supposing({}).among(H1, None, [P1, P2]) == {P1}
    assert await seen(relations) == {P1}


async def test_a_patient_that_a_clinic_made_opens_that_one_alone(store: Store, relations: Relations) -> None:
    """Else a known citizen number and a referral would open the file that others keep."""

    async def join(session: Any) -> None:
        await store.persons.join(session, P1, P2)

    async with store.client.start_session() as session:
        await session.with_transaction(join)
    await relations.register(None, P1, H2)
    await put(store, referral(), contract(managingOrganization={"reference": H2}))
    assert (await seen(relations), await seen(relations, H2)) == ({P1}, {P1})
    await put(store, referral(subject={"reference": P2}))
    assert await seen(relations) == {P1, P2}
