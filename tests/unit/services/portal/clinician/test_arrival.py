from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from auth.audit.record import Outcome
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.access import Action, Deny, Permit
from fhir.outcome import Refusal
from fhir.resource import Resource
from services.platform import Platform
from services.portal.clinician.arrival import HEALTH_CARD, Ambiguous, _AnyPatient, arrive
from services.portal.clinician.views import arrival
from services.portal.visit import Visit
from tests.support.people import HUAXI, JINJIANG, patient
from tests.unit.fhir.summary.test_reading import context_of
from tests.unit.services.portal.clinician.test_emergency_views import CARD, TWINS, Ward, twins, ward
from tests.unit.services.portal.console.conftest import body
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform", "ward"]

NUMBER = "510104195803129013"


@dataclass
class Desk:
    """As much of a visit as an arrival needs, on a real platform."""

    platform: Platform
    context: Any
    principal: Principal
    noted: dict[str, Any] = field(default_factory=dict)
    recorded: bool = False

    def note(self, **known: Any) -> None:
        self.noted |= known

    async def record_ahead(self) -> None:
        self.recorded = True

    async def arrived(self) -> frozenset[str]:
        """Whose files the house may open."""
        return await self.platform.relations.among(HUAXI, None, ["Patient/p1", "Patient/a", "Patient/b"])


async def desk(
    platform: Platform, *resources: Resource, organization: str | None = HUAXI
) -> tuple[Desk, Visit]:
    doctor = Principal(
        Kind.PERSON, "a1", "周敏", Role.CLINICIAN, organization=organization, practitioner="Practitioner/1"
    )
    made = Desk(platform, await context_of(platform.store, *resources), doctor)
    return made, cast(Visit, made)


async def test_a_number_relates_its_person_and_the_record_names_all_source_patients(
    platform: Platform,
) -> None:
    made, visit = await desk(platform, patient(), patient("p2", JINJIANG))
    assert await arrive(visit, f" {NUMBER} ") == "Patient/p1"
    assert await made.arrived() == {"Patient/p1"}
    assert made.recorded, "before the file is open"
    assert made.noted["patients"] == ("Patient/p1", "Patient/p2")


@pytest.mark.parametrize("typed", ["", "9013", "5101041958031290", "510104195803129021", "王建国"])
async def test_less_than_a_whole_number_opens_nothing(platform: Platform, typed: str) -> None:
    made, visit = await desk(platform, patient())
    assert await arrive(visit, typed) is None
    assert (await made.arrived(), made.noted, made.recorded) == (frozenset(), {}, False)


async def test_a_card_number_of_two_persons_opens_neither(platform: Platform) -> None:
    card = {"system": HEALTH_CARD, "value": "CARD12345"}
    made, visit = await desk(platform, patient("a", identifier=[card]), patient("b", identifier=[card]))
    with pytest.raises(Ambiguous):
        await arrive(visit, "card12345")
    assert await made.arrived() == frozenset()
    assert (made.noted["patients"], made.noted["entity"]) == (("Patient/a", "Patient/b"), None)


@pytest.mark.parametrize(("hidden", "opened"), [("a b", ""), ("a", "b"), ("b", "a")])
async def test_of_several_with_one_card_the_hidden_are_nobody_and_are_told(
    ward: Ward, hidden: str, opened: str
) -> None:
    await ward.put(*twins())
    await ward.hide(*hidden.split())
    unknown = await ward.post(arrival, {"number": "CARD99999"})
    reply = await ward.post(arrival, {"number": CARD})
    assert reply.headers.get("location") == (f"/clinician/patients/{opened}" if opened else None)
    assert opened or body(reply).replace(CARD, "CARD99999") == body(unknown)
    among = ward.platform.relations.among(HUAXI, None, ["Patient/a", "Patient/b"])
    assert await among == ({f"Patient/{opened}"} if opened else frozenset())
    for each in TWINS:
        expected = Outcome.SUCCESS if each == opened else Outcome.REFUSED
        found = [
            (record.reason, record.outcome, record.entity) for record in await ward.records(f"Patient/{each}")
        ]
        named = f"Patient/{each}" if opened else None
        assert found == [("arrival", expected, named)]


async def test_a_health_card_opens_a_hospitals_own_number_does_not(platform: Platform) -> None:
    card = {"system": HEALTH_CARD, "value": "CARD12345"}
    made, visit = await desk(
        platform, patient(identifier=[card, {"system": "urn:hospital", "value": "MZ000123"}])
    )
    assert await arrive(visit, "MZ000123") is None
    assert await made.arrived() == frozenset()
    assert await arrive(visit, "ｃard12345") == "Patient/p1"


async def test_a_doctor_of_no_organisation_is_refused(platform: Platform) -> None:
    made, visit = await desk(platform, patient(), organization=None)
    with pytest.raises(Refusal):
        await arrive(visit, NUMBER)
    assert await made.arrived() == frozenset()


async def test_the_counter_looks_up_patients_and_nothing_else() -> None:
    assert isinstance(await _AnyPatient().decide("Patient", Action.SEARCH), Permit)
    for type, action in (
        ("Patient", Action.READ),
        ("Observation", Action.SEARCH),
        ("Patient", Action.UPDATE),
    ):
        assert isinstance(await _AnyPatient().decide(type, action), Deny)
