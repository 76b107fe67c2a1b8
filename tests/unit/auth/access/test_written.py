"""What a clinician may say, and how he may change it."""

from typing import Any

import pytest

from auth.access.written import WRITTEN, changeable, check_written
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.outcome import Refusal
from fhir.resource import Resource
from fhir.store import Store

H1, H2, H3 = (f"Organization/h{number}" for number in (1, 2, 3))
SENDER = Principal(Kind.PERSON, "a", "a", Role.CLINICIAN, organization=H1, practitioner="Practitioner/p1")
RECEIVER = Principal(Kind.PERSON, "b", "b", Role.CLINICIAN, organization=H2, practitioner="Practitioner/p2")


def ref(to: str) -> dict[str, str]:
    return {"reference": to}


def referral(**more: Any) -> Resource:
    return {
        "resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order",
        "category": [{"coding": [{"system": "http://snomed.info/sct", "code": "3457005"}]}],
        "subject": ref("Patient/a"), "requester": ref("Practitioner/p1"), "performer": [ref(H2)],
        "reasonCode": [{"text": "x"}],
    } | more  # fmt: skip


def task(**more: Any) -> Resource:
    return {
        "resourceType": "Task", "id": "t", "status": "requested", "intent": "order",
        "focus": ref("ServiceRequest/s"), "for": ref("Patient/a"), "requester": ref(H1), "owner": ref(H2),
    } | more  # fmt: skip


def note(**more: Any) -> Resource:
    return {
        "resourceType": "DocumentReference", "id": "n", "status": "current",
        "subject": ref("Patient/a"), "author": [ref("Practitioner/p1")], "custodian": ref(H1),
        "content": [{"attachment": {"contentType": "text/plain", "data": "eA=="}}],
    } | more  # fmt: skip


SIGNED = {"docStatus": "final", "authenticator": ref("Practitioner/p1")}
AMENDED = SIGNED | {"docStatus": "amended"}
DRAFT = {"docStatus": "preliminary"}
WITHDRAWN = {"status": "entered-in-error", "description": "写错了人"}


async def allowed(store: Store, who: Principal, former: Resource | None, now: Resource) -> bool:
    if former is not None:

        async def work(tx: Any) -> None:
            tx.put(former)

        await store.resources.transact(work)
    try:
        await check_written(who, store, now)
    except Refusal as refusal:
        return refusal.status != 422
    return True


@pytest.mark.parametrize(
    ("who", "former", "now", "expected"),
    [
        (SENDER, None, referral(), True),
        (RECEIVER, None, referral(), False),  # in another's name
        (SENDER, None, referral(performer=[ref(H1)]), False),  # to himself
        (SENDER, None, referral(performer=[ref(H2), ref(H3)]), False),
        (SENDER, None, referral(performer=[ref("Practitioner/p2")]), False),
        (SENDER, None, referral(category=[]), False),  # an order of anything else
        (SENDER, None, referral(status="completed"), False),
        (RECEIVER, referral(), referral(status="revoked"), True),
        (SENDER, referral(), referral(status="completed"), True),
        (SENDER, referral(), referral(performer=[ref(H3)]), False),
        (SENDER, referral(), referral(reasonCode=[{"text": "y"}]), False),
        (SENDER, referral(status="revoked"), referral(), False),  # opened again
        (SENDER, None, task(), True),
        (RECEIVER, None, task(), False),
        (SENDER, None, task(status="accepted"), False),
        (SENDER, None, task(owner=ref(H1)), False),
        (SENDER, None, task(focus=ref("Observation/o")), False),
        (RECEIVER, task(), task(status="accepted"), True),
        (RECEIVER, task(), task(status="rejected", statusReason={"text": "full"}), True),
        (RECEIVER, task(status="accepted"), task(status="completed"), True),
        (RECEIVER, task(status="rejected"), task(status="accepted"), False),
        (RECEIVER, task(), task(status="cancelled"), False),
        (RECEIVER, task(), task(owner=ref(H3)), False),
        (SENDER, task(), task(status="accepted"), False),  # answers himself
        (SENDER, task(), task(status="cancelled"), True),
        (SENDER, task(status="completed"), task(status="cancelled"), False),
        (SENDER, task(status="completed"), task(status="completed", businessStatus={"text": "read"}), True),
        (SENDER, task(status="completed"), task(status="completed", statusReason={"text": "x"}), False),
        (SENDER, None, note(**SIGNED), True),
        (SENDER, None, note(), False),
        (SENDER, None, note(**DRAFT), False),  # a draft is no resource
        (SENDER, None, note(docStatus="final"), False),  # final and unsigned
        (SENDER, None, note(**AMENDED), False),
        (SENDER, None, note(**SIGNED | WITHDRAWN), False),
        (RECEIVER, None, note(**SIGNED), False),
        (SENDER, None, note(**SIGNED, custodian=ref(H2)), False),
        (SENDER, note(**DRAFT), note(**SIGNED), True),  # of an earlier version
        (SENDER, note(**DRAFT), note(**DRAFT, content=[]), False),
        (SENDER, note(**DRAFT), note(**DRAFT | WITHDRAWN), True),
        (SENDER, note(docStatus="other"), note(**SIGNED), False),
        (SENDER, note(**SIGNED), note(**AMENDED, content=[]), True),
        (SENDER, note(**SIGNED), note(**SIGNED, content=[]), False),
        (SENDER, note(**SIGNED), note(), False),
        (SENDER, note(**SIGNED), note(**DRAFT), False),
        (SENDER, note(**SIGNED), note(**AMENDED, type={"text": "other"}), False),
        (SENDER, note(**SIGNED), note(**AMENDED, status="superseded"), False),
        (SENDER, note(**SIGNED), note(**SIGNED | WITHDRAWN), True),
        (SENDER, note(**AMENDED), note(**AMENDED | WITHDRAWN), True),
        (SENDER, note(**SIGNED), note(**SIGNED, status="entered-in-error"), False),  # without a reason
        (SENDER, note(**SIGNED), note(**SIGNED | WITHDRAWN, content=[]), False),
        (SENDER, note(**SIGNED), note(**AMENDED | WITHDRAWN), False),
        (RECEIVER, note(**SIGNED), note(**SIGNED | WITHDRAWN), False),
        (SENDER, note(**SIGNED | WITHDRAWN), note(**SIGNED), False),  # taken back
        (SENDER, note(**SIGNED | WITHDRAWN), note(**SIGNED | WITHDRAWN | {"description": "x"}), False),
    ],
)  # fmt: skip
async def test_what_may_be_said(
    store: Store, who: Principal, former: Resource | None, now: Resource, expected: bool
) -> None:
    assert await allowed(store, who, former, now) is expected


async def test_of_other_types_nothing_is_judged_here(store: Store) -> None:
    await check_written(SENDER, store, {"resourceType": "Observation", "id": "o"})


@pytest.mark.parametrize("type", sorted(WRITTEN))
def test_what_may_be_changed_names_the_house_or_the_doctor(type: str) -> None:
    assert "h1" in str(changeable(SENDER, type))
