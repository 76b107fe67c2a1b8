"""Who comes today."""

from typing import Any

import pytest

from fhir.resource import Resource
from fhir.store import Store
from services.portal.clinician.worklist.today import today
from tests.support.people import HUAXI, JINJIANG, TODAY, encounter, organizations, patient
from tests.unit.fhir.summary.test_reading import context_of
from tests.unit.services.portal.clinician.worklist.test_mine import NOW, WHO, WITH_HIM, ZHOU


def open(days: int, hour: int = 8, patient: str = "p1", **more: Any) -> Resource:
    start = f"{TODAY.replace(day=TODAY.day - days)}T{hour:02}:00:00+08:00"
    return encounter(
        "AMB", days, "头晕", patient=patient, status="in-progress", period={"start": start}, **more
    )


def booked(id: str, status: str = "booked") -> Resource:
    return {
        "resourceType": "Appointment",
        "status": status,
        "start": f"{TODAY}T15:00:00+08:00",
        "end": f"{TODAY}T15:10:00+08:00",
        "reasonCode": [{"text": "复诊"}],
        "participant": [
            {"actor": {"reference": f"Patient/{id}"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/zhou"}, "status": "accepted"},
        ],
    }


async def told(store: Store, *resources: Resource) -> list[tuple[str, bool, bool]]:
    named = [patient(f"p{n}", identifier=[], name=[{"text": f"甲{n}"}]) for n in (1, 2, 3)]
    context = await context_of(store, ZHOU, *organizations(), *named, *resources)
    return [(each.patient[-2:], each.to_me, each.planned) for each in (await today(context, WHO, NOW))[0]]


async def test_visits_of_today_at_the_house_those_to_me_first(store: Store) -> None:
    visits = [
        open(0),
        open(0, 9, "p2", **WITH_HIM),
        open(0, patient="p3", serviceProvider={"reference": JINJIANG}),
    ]
    assert await told(store, *visits) == [("p2", True, False), ("p1", False, False)]


async def test_of_those_who_lie_in_the_house_only_mine(store: Store) -> None:
    lying = {"class": {"code": "IMP"}}
    visits = open(3, **lying), open(3, 9, "p2", **lying, **WITH_HIM)
    assert await told(store, *visits) == [("p2", True, False)]


@pytest.mark.parametrize("kind", ["AMB", "EMER"])
async def test_an_outpatient_whose_visit_nobody_closed_is_of_today_no_more(store: Store, kind: str) -> None:
    visits = [open(days, 9, f"p{days}", **WITH_HIM) | {"class": {"code": kind}} for days in (1, 2, 3)]
    assert await told(store, *visits) == [("p1", True, False)]


async def test_a_visit_of_the_day_alone_lists_nobody_twice(store: Store) -> None:
    dated = open(0, **WITH_HIM) | {"period": {"start": TODAY.isoformat()}}
    assert await told(store, dated | {"id": "a"}, dated | {"id": "b"}, booked("p1")) == [("p1", True, False)]
    assert await told(store, open(0, 9) | {"id": "c"}) == [("p1", False, False)]


async def test_an_appointment_with_me_unless_he_is_here_already(store: Store) -> None:
    lines = await told(store, open(0), booked("p1"), booked("p2"), booked("p3", "cancelled"))
    assert lines == [("p2", True, True), ("p1", False, False)]


async def test_what_was_cancelled_or_is_of_another_day_is_nobody(store: Store) -> None:
    past = encounter("AMB", 1, "x", HUAXI)
    assert await told(store, open(0) | {"status": "cancelled"}, past) == []
