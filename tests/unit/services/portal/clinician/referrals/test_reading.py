"""Which referrals a house sees, and in which order."""

from typing import Any

import pytest

from auth import moment
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store
from services.portal.clinician.referrals import reading
from tests.support.people import HUAXI, JINJIANG, organizations, patient
from tests.unit.fhir.summary.test_reading import context_of
from tests.unit.services.portal.clinician.referrals.test_referral import REQUEST, TASK
from tests.unit.services.portal.clinician.worklist.test_mine import ZHOU


def pair(id: str, state: str, **more: Any) -> tuple[Resource, Resource]:
    task = TASK | {"id": f"t{id}", "status": state, "focus": {"reference": f"ServiceRequest/{id}"}}
    return REQUEST | {"id": id, "priority": "routine"} | more, task


async def test_both_directions(store: Store) -> None:
    pairs = [pair("s1", "requested"), pair("s2", "accepted", priority="urgent"), pair("s3", "rejected"),
             pair("s4", "cancelled"), pair("s5", "completed", status="completed")]  # fmt: skip
    read = TASK | {
        "id": "t6", "status": "completed", "businessStatus": {"text": "read"},
        "focus": {"reference": "ServiceRequest/s5"},
    }  # fmt: skip
    resources = [each for one in pairs for each in one]
    context = await context_of(store, ZHOU, *organizations(), patient(), *resources, read)
    assert [each.id for each in await reading.incoming(context, JINJIANG)] == ["s2", "s1"]
    assert await reading.incoming(context, HUAXI) == []
    sent = await reading.outgoing(context, HUAXI, moment.now())
    assert [(each.id, each.state) for each in sent if each.open] == [("s2", "accepted"), ("s1", "requested")]
    assert {each.id for each in sent[:2]} == {"s3", "s5"}
    assert len(await reading.of(context, ["Patient/p1"])) == 5


async def test_a_feeds_referral_waits_too(store: Store) -> None:
    context = await context_of(store, ZHOU, *organizations(), patient(), REQUEST | {"id": "fed"})
    assert [each.task for each in await reading.incoming(context, JINJIANG)] == [None]


async def test_an_order_is_no_referral(store: Store) -> None:
    context = await context_of(
        store, ZHOU, *organizations(), patient(), REQUEST | {"id": "o", "category": []}
    )
    for id in ("o", "nobody"):
        with pytest.raises(Refusal) as refused:
            await reading.one(context, id)
        assert refused.value.status == 404
