"""What goes to the other patient, what stays and why; what is not moved at all."""

import pytest

from auth.access.constraint import Recorded
from fhir.outcome import Fault
from fhir.store.transaction import Transaction
from services.refiling.plan import Why
from tests.support.refusal import refused
from tests.unit.services.refiling.conftest import H1, REPORT, Desk, of, why


async def test_a_report_takes_along_what_is_part_of_it(desk: Desk) -> None:
    plan = await desk.plan("DiagnosticReport/r1")
    assert plan.moving.keys() == REPORT
    assert why(plan) == {"Encounter/e1": Why.VISIT, "ServiceRequest/q1": Why.SHARED}
    assert plan.cut == {"Encounter/e1", "ServiceRequest/q1"}
    assert plan.parting.keys() == {"List/l1", "Observation/later"}


async def test_a_visit_takes_along_what_hangs_on_it(desk: Desk) -> None:
    plan = await desk.plan("Encounter/e1")
    assert plan.moving.keys() == REPORT | {"Encounter/e1", "Condition/k1"}
    assert why(plan) == {"ServiceRequest/q1": Why.SHARED}


async def test_a_single_result_leaves_its_report(desk: Desk) -> None:
    plan = await desk.plan("Observation/o2")
    assert plan.moving.keys() == {"Observation/o2"}
    assert why(plan) == {"Encounter/e1": Why.VISIT, "Specimen/s1": Why.SHARED}
    assert plan.parting.keys() == {"DiagnosticReport/r1", "Observation/later"}


@pytest.mark.parametrize(
    ("root", "to", "fault"),
    [
        ("Observation/none", "Patient/b", Fault.NOT_FOUND),
        ("Observation/o1", "Patient/none", Fault.NOT_FOUND),
        ("Observation/o1", "Patient/a", Fault.BUSINESS_RULE),
        ("List/l1", "Patient/b", Fault.BUSINESS_RULE),
        ("Patient/a", "Patient/b", Fault.BUSINESS_RULE),
        ("Organization/h1", "Patient/b", Fault.BUSINESS_RULE),
    ],
)
async def test_what_is_not_moved(desk: Desk, root: str, to: str, fault: Fault) -> None:
    await refused(desk.plan(root, to), fault)


async def test_a_steward_of_a_house_moves_what_it_has_recorded(desk: Desk) -> None:
    async def work(tx: Transaction) -> None:
        tx.put(
            of("Media", "m1", status="completed", content={"contentType": "x/y"}), recorder="Organization/h2"
        )
        held = await tx.load(["DiagnosticReport/r1"])
        tx.put(held["DiagnosticReport/r1"].resource() | {"media": [{"link": {"reference": "Media/m1"}}]})

    await desk.store.resources.transact(work)
    plan = await desk.plan("DiagnosticReport/r1", constraint=Recorded(H1))
    assert plan.moving.keys() == REPORT
    assert why(plan)["Media/m1"] is Why.HOUSE
    assert "Media/m1" in plan.cut
    await refused(desk.plan("DiagnosticReport/r1", constraint=Recorded("Organization/h2")), Fault.NOT_FOUND)
