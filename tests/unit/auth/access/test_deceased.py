"""Whose file is closed because he has died, what is left of it, and what opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from auth.access.grounds import Grounds, Policy
from auth.access.whose import Whose
from auth.principal import Kind, Principal, Proxied
from auth.roles import Role
from auth.store.consents import Consents
from auth.store.database import Database
from auth.store.deaths import Deaths
from auth.store.emergencies import Emergencies
from auth.store.permissions import Permissions
from auth.store.relations import Relations
from fhir.access import Constraint
from fhir.store.changes import Changes
from fhir.store.in_memory import held
from fhir.store.vault import Vault
from tests.unit.auth.conftest import Clock

H1, H2, DR = "Organization/h1", "Organization/h2", "Practitioner/d1"
A, A2, B = "Patient/a", "Patient/a2", "Patient/b"
"""The first two are one person."""
DOCTOR = Principal(Kind.PERSON, "account-1", "HTEST", Role.CLINICIAN, organization=H1, practitioner=DR)
SYSTEM = Principal(Kind.SYSTEM, "client", "HTEST", organization=H1)
RESIDENT = Principal(Kind.PERSON, "account-2", "HTEST", Role.RESIDENT, patient=A)


async def linked(patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {one: (A, A2) if one in (A, A2) else (one,) for one in patients}


@dataclass
class Scene:
    """A is in the care of H1, B too; one of them dies."""

    grounds: Grounds
    vault: Vault

    async def say(self, patient: str, **more: Any) -> None:
        resource = {"resourceType": "Patient", "id": patient.partition("/")[2], **more}
        deaths = self.grounds.deaths
        assert isinstance(deaths, Deaths)
        await deaths.apply(None, [resource], lambda reference: None)

    async def seen(self, who: Principal, owner: str = A, recorder: str | None = H2) -> bool:
        whose = Whose(who, self.grounds)
        of_care = whose.readable(H1, who.practitioner)
        constraint: Constraint = whose.own(A) if who.role is Role.RESIDENT else of_care
        owners = await constraint.among([owner])
        within = await constraint.within(owners)
        row = {"type": "Observation", "id": "o", "owner": owner, "facets": [], "recorder": recorder}
        return owner in owners and (within is None or held(within, row))


@pytest.fixture
async def scene(base: Database) -> Scene:
    changes = Changes(base)
    vault = Vault(base["keys"], b"k" * 32, changes)
    relations = Relations(base, linked, changes)
    for patient in (A, B):
        await relations.encounter(None, patient, H1, moment.now())
    return Scene(
        Grounds(
            relations, Consents(base, vault, changes), Emergencies(base, vault, changes),
            Permissions(base, changes), Deaths(base, changes),
        ),
        vault,
    )  # fmt: skip


@pytest.mark.parametrize("who", [DOCTOR, SYSTEM], ids=["doctor", "system"])
@pytest.mark.parametrize("teller", [A, A2])
async def test_care_opens_the_file_for_some_days_after_a_death(
    scene: Scene, clock: Clock, who: Principal, teller: str
) -> None:
    await scene.say(teller, deceasedBoolean=True)
    assert await scene.seen(who)
    clock.move(days=31)
    assert not await scene.seen(who)
    assert await scene.seen(who, B), "nobody else's file is closed"


async def test_a_house_keeps_what_it_has_recorded(scene: Scene) -> None:
    await scene.say(A, deceasedDateTime="2020-05")
    assert await scene.seen(DOCTOR, recorder=H1)
    assert await scene.seen(DOCTOR, recorder=None), "what nobody is noted for lies under its own Patient"
    assert not await scene.seen(DOCTOR, recorder=H2)
    assert not await scene.seen(DOCTOR, owner=A2, recorder=None)


@pytest.mark.parametrize(
    ("said", "open"),
    [
        ({"deceasedDateTime": "2020-05-05"}, False),
        ({"deceasedDateTime": "2999"}, True),
        ({"deceasedDateTime": "nonsense"}, True),
        ({"deceasedBoolean": False}, True),
        ({}, True),
    ],
)
async def test_what_is_said(scene: Scene, said: dict[str, Any], open: bool) -> None:
    await scene.say(A, **said)
    assert await scene.seen(DOCTOR) is open


async def test_who_lives_after_all_is_open_again(scene: Scene) -> None:
    await scene.say(A, deceasedDateTime="2020-05-05")
    assert not await scene.seen(DOCTOR)
    assert not await scene.seen(RESIDENT)
    await scene.say(A, deceasedBoolean=False)
    assert await scene.seen(DOCTOR)
    assert await scene.seen(RESIDENT)


async def test_the_days_begin_when_it_was_first_said(scene: Scene, clock: Clock) -> None:
    await scene.say(A, deceasedBoolean=True)
    clock.move(days=20)
    await scene.say(A, deceasedBoolean=True, gender="male")
    clock.move(days=11)
    assert not await scene.seen(DOCTOR)


async def test_a_grant_opens_it_until_its_end_to_whom_it_names(scene: Scene, clock: Clock) -> None:
    await scene.say(A, deceasedDateTime="2020-05-05")
    until = moment.now() + timedelta(days=9)
    await scene.grounds.relations.grant(None, A2, H1, until, "court", practitioner="Practitioner/d2")
    assert not await scene.seen(DOCTOR)
    await scene.grounds.relations.grant(None, A2, H1, until, "court")
    assert await scene.seen(DOCTOR)
    assert await scene.seen(SYSTEM)
    clock.move(days=10)
    assert not await scene.seen(DOCTOR)


async def test_break_glass_opens_it(scene: Scene) -> None:
    await scene.say(A, deceasedDateTime="2020-05-05")
    await scene.grounds.emergencies.open(
        None, account="account-1", name="HTEST", organization=H1, practitioner=DR, patient=A,
        code="other", reason="HTEST",
    )  # fmt: skip
    assert await scene.seen(DOCTOR)
    assert not await scene.seen(SYSTEM)


@pytest.mark.parametrize(
    "who",
    [replace(RESIDENT, client_id="app"), *(replace(RESIDENT, proxy=each) for each in Proxied)],
    ids=["app", *Proxied],
)
async def test_nobody_acts_for_the_dead(scene: Scene, who: Principal) -> None:
    assert await scene.seen(who)
    await scene.say(A2, deceasedDateTime=moment.now().isoformat()[:10])
    await scene.say(A2, deceasedBoolean=True)
    assert await scene.seen(RESIDENT)
    await scene.say(A, deceasedBoolean=True)
    assert not await scene.seen(who)


async def test_a_region_decides_how_many_days(scene: Scene) -> None:
    await scene.say(A, deceasedBoolean=True)
    at_once = replace(scene.grounds, policy=Policy(deceased_days=0))
    assert not await Scene(at_once, scene.vault).seen(DOCTOR)
