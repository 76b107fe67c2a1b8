"""Break-glass: a clinician opens a file in an emergency; opening, audit record and notice, or nothing.

security-and-scale.md, line 19. Hidden is unknown: a number without a matching name, a resident who is not
there and one whose denial binds are answered alike.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from auth.audit.purpose import EMERGENCY
from auth.audit.record import Interaction
from auth.store.emergencies import once
from fhir.interactions.read import seen
from fhir.matching.contradiction import names, plain
from fhir.resource import ID, Resource
from services.alarms.alarm import Kind
from services.portal.catalogue import mark
from services.portal.clinician.arrival import Person, holders, only
from services.portal.emergency import REASONS, purpose, reason_fault
from services.portal.visit import Visit

_LIVES = (1, 4, 8, 12, 24)
_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_TEXT = (
    "A file was opened in an emergency: it waits for a privacy officer's review, and the resident is told."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says; `patient` is the id of one whose summary offered it, `form` the form's own name."""

    number: str = ""
    said: str = ""
    patient: str = ""
    code: str = ""
    reason: str = ""
    hours: int = 0
    form: str = ""

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> "Asked":
        """What was sent."""
        text = {name: str(form.get(name, "")).strip() for name in ("number", "said", "patient", "code")}
        hours = str(form.get("hours", ""))
        return cls(
            **text,
            reason=str(form.get("reason", "")).strip(),
            hours=int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 3 else 0,
            form=str(form.get("form", ""))[:64],
        )

    def faults(self, most: int) -> dict[str, str]:
        """What is wrong with it, by field."""
        found = {}
        if not (self.patient or self.number):
            found["number"] = mark("请填写身份证号或健康卡号。")
        if not (self.patient or self.said):
            found["said"] = mark("请填写姓名或出生日期。")
        if self.code not in REASONS:
            found["code"] = mark("请选择一种紧急情况。")
        if fault := reason_fault(self.reason):
            found["reason"] = fault
        if self.hours not in lives(most):
            found["hours"] = mark("请选择时长。")
        if not self.form:
            found["form"] = mark("这张表单不完整，请重新填写。")
        return found


def lives(most: int) -> list[int]:
    """For how many hours a file may be opened."""
    return sorted({hours for hours in _LIVES if hours < most} | {most})


async def visible(visit: Visit, id: str) -> Resource | None:
    """The Patient with this id, as far as the clinician sees it."""
    if not ID.fullmatch(id):
        return None
    found = await seen(visit.context, "Patient", id)
    return None if found is None else found.resource()


async def person(visit: Visit, asked: Asked) -> Person | None:
    """Whom the form asks for; None where there is nobody, or he is not to be opened.

    Ambiguous where number and name (or birth date) are those of several whose files may be opened.
    """
    if asked.patient:
        if await visible(visit, asked.patient) is None:
            return None
        found = tuple(sorted(await visit.context.store.persons.members(f"Patient/{asked.patient}")))
        return None if await visit.access.bound(found[0]) else found
    held = await holders(visit, asked.number)
    named = [one for one, patients in held.items() if agrees(patients, asked.said)]
    return await only(visit, list(held), [one for one in named if not await visit.access.bound(one[0])])


def agrees(patients: Iterable[Resource], said: str) -> bool:
    """Is what was said the name or the birth date of any of them?"""
    date = _DATE.fullmatch(unicodedata.normalize("NFKC", said).strip())
    born = f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else None
    return any(
        plain(said) in names(patient) or (born is not None and born == patient.get("birthDate"))
        for patient in patients
    )


async def open_file(visit: Visit, asked: Asked, patients: Person) -> None:
    """Open the file of the person, with its record and its alarm; AlreadyUsed where the form has done it,
    AlreadyOpen where it is open.

    Record and alarm are durable before the opening is: where any of them fails, nothing is open. The opening
    itself is what the resident is told.
    """
    platform, who = visit.platform, visit.principal
    organization, name = str(who.organization), once(asked.form, patients[0])
    house = await _house(visit, organization)
    visit.note(
        interaction=Interaction.EMERGENCY, patients=patients, entity=patients[0], purpose=EMERGENCY,
        reason=f"{purpose(asked.code)} {asked.code}",
    )  # fmt: skip
    opening: dict[str, Any] = {
        "account": who.id, "name": who.name, "organization": organization, "house": house,
        "practitioner": who.practitioner, "patient": patients[0], "code": asked.code, "reason": asked.reason,
        "life": timedelta(hours=asked.hours), "form": asked.form,
    }  # fmt: skip

    async def work(session: Any) -> None:
        await platform.grounds.emergencies.open(session, **opening)
        await visit.record_ahead()
        await platform.alarms.sound(Kind.EMERGENCY, _TEXT, opening=name, house=organization)

    async with platform.database.client.start_session() as session:
        await session.with_transaction(work)


async def _house(visit: Visit, organization: str) -> str:
    """The organisation's name on this day."""
    found = await seen(visit.context, "Organization", organization.removeprefix("Organization/"))
    return "" if found is None else str(found.resource().get("name") or "")
