from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from auth.principal import Kind, Principal
from fhir.access import Action, Deny, Permit
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store
from services.portal.clinician.arrival import HEALTH_CARD, Ambiguous, _AnyPatient, arrive
from services.portal.visit import Visit
from tests.support.people import HUAXI, JINJIANG, patient
from tests.unit.fhir.summary.test_reading import context_of

NUMBER = "510104195803129013"


@dataclass
class Relations:
    """Remembers who arrived where."""

    arrived: list[tuple[str, str, str]] = field(default_factory=list)

    async def arrive(self, session: None, patient: str, organization: str, reason: str, source: str) -> None:
        self.arrived.append((patient, organization, reason))


@dataclass
class Desk:
    """As much of a visit as an arrival needs."""

    context: Any
    principal: Principal
    relations: Relations = field(default_factory=Relations)
    noted: dict[str, Any] = field(default_factory=dict)

    @property
    def platform(self) -> "Desk":
        return self

    def note(self, **known: Any) -> None:
        self.noted |= known


async def desk(store: Store, *resources: Resource, organization: str | None = HUAXI) -> tuple[Desk, Visit]:
    doctor = Principal(Kind.PERSON, "a1", "周敏", organization=organization, practitioner="Practitioner/1")
    made = Desk(await context_of(store, *resources), doctor)
    return made, cast(Visit, made)


async def test_a_number_relates_its_person_and_the_record_names_all_source_patients(store: Store) -> None:
    made, visit = await desk(store, patient(), patient("p2", JINJIANG))
    assert await arrive(visit, f" {NUMBER} ") == "Patient/p1"
    assert made.relations.arrived == [("Patient/p1", HUAXI, "arrival")]
    assert made.noted["patients"] == ("Patient/p1", "Patient/p2")


@pytest.mark.parametrize("typed", ["", "9013", "5101041958031290", "510104195803129021", "王建国"])
async def test_less_than_a_whole_number_opens_nothing(store: Store, typed: str) -> None:
    made, visit = await desk(store, patient())
    assert await arrive(visit, typed) is None
    assert (made.relations.arrived, made.noted) == ([], {})


async def test_a_card_number_of_two_persons_opens_neither(store: Store) -> None:
    card = {"system": HEALTH_CARD, "value": "CARD12345"}
    made, visit = await desk(store, patient("a", identifier=[card]), patient("b", identifier=[card]))
    with pytest.raises(Ambiguous):
        await arrive(visit, "card12345")
    assert made.relations.arrived == []


async def test_a_health_card_opens_a_hospitals_own_number_does_not(store: Store) -> None:
    card = {"system": HEALTH_CARD, "value": "CARD12345"}
    made, visit = await desk(
        store, patient(identifier=[card, {"system": "urn:hospital", "value": "MZ000123"}])
    )
    assert await arrive(visit, "MZ000123") is None
    assert made.relations.arrived == []
    assert await arrive(visit, "ｃard12345") == "Patient/p1"


async def test_a_doctor_of_no_organisation_is_refused(store: Store) -> None:
    made, visit = await desk(store, patient(), organization=None)
    with pytest.raises(Refusal):
        await arrive(visit, NUMBER)
    assert made.relations.arrived == []


async def test_the_counter_looks_up_patients_and_nothing_else() -> None:
    assert isinstance(await _AnyPatient().decide("Patient", Action.SEARCH), Permit)
    for type, action in (
        ("Patient", Action.READ),
        ("Observation", Action.SEARCH),
        ("Patient", Action.UPDATE),
    ):
        assert isinstance(await _AnyPatient().decide(type, action), Deny)
