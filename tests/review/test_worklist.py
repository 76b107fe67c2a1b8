"""What falls off a doctor's first page: each test fails as the code stands."""

import pytest

from auth import moment
from fhir.resource import Resource
from fhir.store import Store
from services.portal.clinician.referrals import reading
from services.portal.clinician.worklist import board
from services.portal.clinician.worklist.mine import mine
from tests.support.people import HUAXI, JINJIANG, condition, encounter, organizations, patient
from tests.unit.fhir.summary.test_reading import context_of
from tests.unit.services.portal.clinician.referrals.test_referral import REQUEST, TASK
from tests.unit.services.portal.clinician.worklist.test_mine import FILE, NOW, WHO, ZHOU


def pair(id: str, state: str, **more: object) -> tuple[Resource, Resource]:
    task = TASK | {"id": f"t{id}", "status": state, "focus": {"reference": f"ServiceRequest/{id}"}}
    return REQUEST | {"id": id, "priority": "routine"} | more, task


async def test_answered_referrals_of_feeds_push_no_new_one_out(store: Store) -> None:
    """The request of a feed stays active once it is answered; a hundred of them fill the page."""
    old = [each for number in range(105) for each in pair(f"fed-{number:03}", "completed")]
    first, task = pair("aaa-new", "requested", priority="urgent")
    last, other = pair("zzz-new", "requested", priority="urgent")
    context = await context_of(store, ZHOU, *organizations(), patient(), first, task, *old, last, other)
    found = {each.id for each in await reading.incoming(context, JINJIANG)}
    assert found == {"aaa-new", "zzz-new"}


async def test_an_unanswered_referral_does_not_vanish_behind_read_ones(store: Store) -> None:
    waiting = pair("waits", "requested")
    context = await context_of(store, ZHOU, *organizations(), patient(), *waiting)
    read = [
        each for number in range(101)
        for each in (lambda two: (two[0], two[1] | {"businessStatus": {"text": "read"}}))(
            pair(f"r{number:03}", "completed", status="completed"))
    ]  # fmt: skip

    async def work(tx: object) -> None:
        for each in read:
            tx.put({k: v for k, v in each.items() if k != "meta"})  # type: ignore[attr-defined]

    await store.resources.transact(work)
    assert [each.id for each in await reading.outgoing(context, HUAXI, moment.now())] == ["waits"]


async def test_whoever_was_not_seen_for_longest_is_overdue_too(store: Store) -> None:
    """A family doctor's patient, last seen 401 days ago."""
    context = await context_of(
        store, ZHOU, *organizations(), patient("p3"), FILE,
        condition("高血压", "I10.x00", 600, "p3"), encounter("AMB", 401, "随访", HUAXI, patient="p3"),
    )  # fmt: skip
    own = await mine(context, WHO, NOW)
    assert "Patient/p3" in own.person
    assert await board._overdue(context, own, HUAXI, NOW)


async def test_the_same_a_fortnight_before_is_overdue(store: Store) -> None:
    """The control of the test above: it is only the window that loses him."""
    context = await context_of(
        store, ZHOU, *organizations(), patient("p3"), FILE,
        condition("高血压", "I10.x00", 600, "p3"), encounter("AMB", 380, "随访", HUAXI, patient="p3"),
    )  # fmt: skip
    assert await board._overdue(context, await mine(context, WHO, NOW), HUAXI, NOW)


@pytest.mark.parametrize("others", [900, 1001])
async def test_the_thousandth_diagnosis_hides_no_disease(store: Store, others: int) -> None:
    """The first is the control."""
    many = [condition("感冒", "J06.900", n % 300, "p3", id=f"c{n:04}") for n in range(others)]
    context = await context_of(
        store, ZHOU, *organizations(), patient("p3"), FILE, *many,
        condition("高血压", "I10.x00", 100, "p3", id="zzz"), encounter("AMB", 200, "随访", HUAXI, patient="p3"),
    )  # fmt: skip
    assert await board._overdue(context, await mine(context, WHO, NOW), HUAXI, NOW)
