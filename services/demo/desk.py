"""What lies on the doctors' desks: visits and appointments of today, referrals both ways, notes.

FHIR R4 Encounter, Appointment, ServiceRequest with Task, DocumentReference. Written as the doctors' pages
would; appointments go on for DAYS, so that a demonstration of yesterday has some too.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth import moment
from fhir.resource import Resource, instant
from fhir.store import Store
from fhir.store.transaction import Transaction
from fhir.summary.moment import CHENGDU
from services.demo.house import house
from services.demo.resources import Identify, practitioner_id
from services.labelling import SYNTHETIC, labelled

DAYS = 7
_SNOMED, _CODES = "http://snomed.info/sct", "http://hl7.org/fhir/CodeSystem/task-code"


@dataclass(frozen=True, slots=True)
class Desk:
    """A doctor at a house, as references."""

    house: Resource
    doctor: Resource


async def lay(store: Store, patients: Mapping[str, str]) -> None:
    """Write it in one transaction; done again it is there once. `patients` are `Patient/id` by key."""
    now = moment.now().astimezone(CHENGDU)
    hospital, centre = (_desk(*each, store.vault.identify) for each in (("JJZH", "JJ1001"), ("CHSQ", "CS01")))
    women = _desk("QYFY", "FY301", store.vault.identify)

    async def write(transaction: Transaction) -> None:
        for each in _visits(now, hospital, centre, women, patients):
            transaction.put(labelled(each, SYNTHETIC))
        for desk, each in _papers(now, hospital, centre, patients):
            transaction.put(labelled(each, SYNTHETIC), recorder=desk.house["reference"])

    await store.resources.transact(write)


def _desk(code: str, doctor: str, identify: Identify) -> Desk:
    place = house(code)
    who = next(each for each in place.doctors if each.code == doctor)
    return Desk(
        {"reference": f"Organization/{place.id}", "display": place.name},
        {"reference": f"Practitioner/{practitioner_id(place, who, identify)}", "display": who.name},
    )


def _visits(
    now: datetime, hospital: Desk, centre: Desk, women: Desk, patients: Mapping[str, str]
) -> Iterator[Resource]:
    yield _visit("demonstration-visit", patients["diabetic"], hospital, now, "血糖控制情况复查")
    yield _visit("demonstration-visit-centre", patients["old_man"], centre, now, "慢性病随访")
    desks = ((hospital, "old_man", "专科复诊"), (centre, "old_man", "取药"), (women, "mother", "产后复查"))
    for number, (desk, who, why) in enumerate(desks):
        for day in range(DAYS):
            start = (now + timedelta(days=day)).replace(hour=15, minute=10 * number, second=0, microsecond=0)
            yield _appointment(f"demonstration-appointment-{number}-{day}", patients[who], desk, start, why)


def _visit(id: str, patient: str, desk: Desk, now: datetime, why: str) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": id,
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": patient},
        "participant": [{"individual": desk.doctor}],
        "period": {"start": instant(now.replace(hour=min(now.hour, 9), minute=0))},
        "reasonCode": [{"text": why}],
        "serviceProvider": desk.house,
    }


def _appointment(id: str, patient: str, desk: Desk, start: datetime, why: str) -> Resource:
    return {
        "resourceType": "Appointment",
        "id": id,
        "status": "booked",
        "reasonCode": [{"text": why}],
        "start": instant(start),
        "end": instant(start + timedelta(minutes=10)),
        "participant": [
            {"actor": {"reference": patient}, "status": "accepted"},
            {"actor": desk.doctor, "status": "accepted"},
        ],
    }


def _papers(
    now: datetime, hospital: Desk, centre: Desk, patients: Mapping[str, str]
) -> Iterator[tuple[Desk, Resource]]:
    """Referrals and notes, each with the desk that has recorded it."""
    old, diabetic = patients["old_man"], patients["diabetic"]
    asked = "近期活动后气促加重，请呼吸科会诊，调整吸入药。"
    yield from _referral("demonstration-to-hospital", old, centre, hospital, now - timedelta(days=1), asked)
    answer = "已建立随访计划，每周测血糖两次，两周后再报结果。"
    yield from _referral(
        "demonstration-to-centre", old, hospital, centre, now - timedelta(days=6),
        "住院治疗后病情平稳，转回社区随访血糖和血压。", answer,
    )  # fmt: skip
    text = "空腹血糖较前下降，无低血糖。\n继续二甲双胍，三个月后复查糖化血红蛋白。"
    yield (
        hospital,
        _note("demonstration-note", diabetic, hospital, now - timedelta(days=3), "门诊记录", "34131-3", text),
    )
    text = "血压 138/78，咳嗽较前减轻。\n已嘱继续吸入治疗，注意保暖。"
    yield (
        centre,
        _note(
            "demonstration-note-centre", old, centre, now - timedelta(days=10), "随访记录", "11506-3", text
        ),
    )


def _referral(
    id: str, patient: str, sender: Desk, to: Desk, when: datetime, reason: str, answer: str = ""
) -> Iterator[tuple[Desk, Resource]]:
    told = instant(when)
    yield (
        sender,
        {
            "resourceType": "ServiceRequest",
            "id": id,
            "status": "completed" if answer else "active",
            "intent": "order",
            "category": [{"coding": [{"system": _SNOMED, "code": "3457005", "display": "Patient referral"}]}],
            "priority": "routine" if answer else "urgent",
            "subject": {"reference": patient},
            "authoredOn": told,
            "requester": sender.doctor,
            "performer": [to.house],
            "reasonCode": [{"text": reason}],
        },
    )
    said: dict[str, Any] = {"output": [{"type": {"text": "回复"}, "valueString": answer}]} if answer else {}
    task = {
        "resourceType": "Task",
        "id": f"{id}-task",
        "status": "completed" if answer else "requested",
        "intent": "order",
        "priority": "routine" if answer else "urgent",
        "code": {"coding": [{"system": _CODES, "code": "fulfill"}], "text": "转诊"},
        "focus": {"reference": f"ServiceRequest/{id}"},
        "for": {"reference": patient},
        "authoredOn": told,
        "lastModified": told,
        "requester": sender.house,
        "owner": to.house,
    }
    yield sender, task | said


def _note(id: str, patient: str, desk: Desk, when: datetime, title: str, code: str, text: str) -> Resource:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": code}], "text": title},
        "subject": {"reference": patient},
        "date": instant(when),
        "author": [desk.doctor],
        "authenticator": desk.doctor,
        "custodian": desk.house,
        "content": [{"attachment": {"contentType": "text/plain;charset=utf-8", "data": data}}],
    }
