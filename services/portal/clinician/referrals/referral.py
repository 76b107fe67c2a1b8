"""Referral: a ServiceRequest of that category with its Task, as resources and as a line of a list.

FHIR R4 servicerequest.html, task.html (workflow, closed loop). A referral of a feed has no Task until the
house that it is to answers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auth.access.entrusted import REFERRAL
from auth.principal import Principal
from fhir.resource import Resource, instant
from fhir.summary.coding import codes, many, text_of
from fhir.summary.moment import Moment, first_moment
from fhir.summary.source import owner_of, target

SNOMED, CODES = "http://snomed.info/sct", "http://hl7.org/fhir/CodeSystem/task-code"
CATEGORY = f"{SNOMED}|{REFERRAL}"
READ = "read"
OPEN = ("requested", "accepted")
_OF_REQUEST = {"active": "requested", "completed": "completed", "revoked": "cancelled"}


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral: of whom, from and to which house, why, how urgent, its state, what was answered."""

    id: str
    patient: str
    when: Moment | None
    sender: str
    doctor: str
    house: str
    to: str
    reason: str
    urgent: bool
    state: str
    answer: str
    read: bool
    task: Resource | None
    request: Resource | None

    @property
    def open(self) -> bool:
        """Is an answer still awaited?"""
        return self.state in OPEN


def referral(request: Resource | None, task: Resource | None) -> Referral:
    """A referral from what is known of it."""
    request_, task_ = request or {}, task or {}
    performers = [each for each in many(request_.get("performer")) if _house(each)]
    to: Resource = task_.get("owner") or next(iter(performers), {})
    outputs = [str(each.get("valueString") or "") for each in many(task_.get("output"))]
    return Referral(
        id=target(task_.get("focus")).removeprefix("ServiceRequest/") or str(request_.get("id", "")),
        patient=target(task_.get("for")) or owner_of(request_),
        when=first_moment(request_.get("authoredOn"), task_.get("authoredOn")),
        sender=str((task_.get("requester") or {}).get("display") or ""),
        doctor=str((request_.get("requester") or {}).get("display") or ""),
        house=str(to.get("display") or ""),
        to=target(to),
        reason="；".join(filter(None, map(text_of, many(request_.get("reasonCode"))))),
        urgent=request_.get("priority") in ("urgent", "asap", "stat"),
        state=str(task_.get("status") or _OF_REQUEST.get(str(request_.get("status")), "requested")),
        answer=next(filter(None, reversed(outputs)), "") or text_of(task_.get("statusReason")),
        read=(task_.get("businessStatus") or {}).get("text") == READ,
        task=task,
        request=request,
    )


def _house(reference: Mapping[str, Any]) -> bool:
    return target(reference).startswith("Organization/")


def made(
    who: Principal, patient: str, house: Mapping[str, str], own: str, reason: str, urgent: bool, now: datetime
) -> tuple[Resource, Resource]:
    """A new ServiceRequest and its Task; `house` is to whom, as a Reference, `own` the name of one's own."""
    told, at = instant(now), "urgent" if urgent else "routine"
    request: Resource = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "category": [
            {"coding": [{"system": SNOMED, "code": REFERRAL, "display": "Patient referral"}]}
        ],
        "priority": at,
        "subject": {"reference": patient},
        "authoredOn": told,
        "requester": {"reference": str(who.practitioner), "display": who.name},
        "performer": [dict(house)],
        "reasonCode": [{"text": reason}],
    }  # fmt: skip
    asked = {"reference": str(who.organization), "display": own}
    return request, task(patient, dict(house), at, told) | {"requester": asked}


def task(patient: str, owner: Resource, priority: str, told: str) -> Resource:
    """The Task of a referral, without what it is about."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": priority,
        "code": {"coding": [{"system": CODES, "code": "fulfill"}], "text": "转诊"},
        "for": {"reference": patient},
        "authoredOn": told,
        "lastModified": told,
        "owner": owner,
    }


def fulfils(task: Resource) -> bool:
    """Does this Task say what becomes of a referral? Others may be about it too (a bed, a transport)."""
    return "fulfill" in codes(task.get("code"))


def answered(task: Resource, state: str, text: str, who: str, now: datetime) -> Resource:
    """The Task in another state, with what was said about it."""
    changed = task | {"status": state, "lastModified": instant(now)}
    if state == "rejected":
        return changed | {"statusReason": {"text": text}}
    if state == "completed":
        said = {"type": {"text": f"回复（{who}）"}, "valueString": text}
        return changed | {"output": [*many(task.get("output")), said]}
    return changed
