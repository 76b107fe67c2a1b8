"""The page on which a clinician opens a file in an emergency, and the button that closes it."""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth import moment as clock
from auth.audit.purpose import EMERGENCY
from auth.audit.record import Interaction
from auth.login.sessions import stepped_up
from auth.roles import Role
from auth.store.emergencies import AlreadyOpen, AlreadyUsed, Emergency
from fhir.outcome import Fault, Refusal
from fhir.resource import ID
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from services.portal.catalogue import mark
from services.portal.clinician.arrival import Ambiguous
from services.portal.clinician.emergency import Asked, lives, open_file, person, visible
from services.portal.emergency import REASONS
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

HOME = "/clinician/emergency"
_READERS = (Role.CLINICIAN,)
FRESH, FILLED = timedelta(minutes=5), timedelta(minutes=15)
"""How old a second factor may be where the form begins, and where it is sent."""
_USUAL = 4
_NEAR = timedelta(minutes=5)
"""So near to the end that is asked for, what is open is what is asked for."""
_NOBODY = mark("没有找到号码和姓名（或出生日期）都符合的居民，请核对后重试。")
_SEVERAL = mark("这个号码属于不止一份档案，请联系数据管理员。")
_OPEN = mark(
    "您已经打开这份档案，还没有到时间；这次写的理由和选的时长没有保存。要换理由或延长时间，请先在档案里关闭，再重新打开。"
)
_USED = mark("这张表单已经用过。如果仍然需要，请重新填写。")


async def emergency_page(request: Request) -> Response:
    """The form; first the second factor once more, where it was not shown in the last minutes."""

    async def show(visit: Visit) -> Response:
        _placed(visit)
        patient = request.query_params.get("patient", "")
        if not stepped_up(visit.session, FRESH):
            return _prove(visit, patient)
        return await _form(request, visit, Asked(patient=patient, hours=_usual(visit)))

    return await visited(request, _READERS, show)


async def open_page(request: Request) -> Response:
    """Open the file that the form asks for, then its summary."""

    async def show(visit: Visit) -> Response:
        _placed(visit)
        asked = Asked.of(dict(await request.form()))
        if not stepped_up(visit.session, FILLED):
            return _prove(visit, asked.patient)
        faults = asked.faults(visit.platform.settings.emergency_hours)
        if faults:
            visit.note(reason="invalid")
            return await _form(request, visit, asked, faults, status=422)
        return await _opened(request, visit, asked)

    return await visited(request, _READERS, show, form=True, interaction=Interaction.OPERATION)


async def close(request: Request) -> Response:
    """Close what is open of a file before its time."""

    async def show(visit: Visit) -> Response:
        id = str((await request.form()).get("patient", ""))
        if not ID.fullmatch(id):
            raise Refusal(Fault.NOT_FOUND, "nothing of this is open")
        reference = f"Patient/{id}"
        linked = tuple(await visit.context.store.persons.members(reference))
        if await visit.platform.grounds.emergencies.close(visit.principal.id, linked):
            visit.note(patients=linked, entity=reference, purpose=EMERGENCY)
        return see_other("/clinician")

    return await visited(request, _READERS, show, form=True, interaction=Interaction.EMERGENCY_END)


def _placed(visit: Visit) -> None:
    """A Refusal for whoever is no practitioner at an organisation."""
    if visit.principal.organization is None or visit.principal.practitioner is None:
        raise Refusal(Fault.FORBIDDEN, "the account names no practitioner at an organisation")


def _prove(visit: Visit, patient: str) -> Response:
    visit.note(reason="a fresh second factor was asked for")
    going = f"{HOME}?patient={patient}" if ID.fullmatch(patient) else HOME
    return see_other(f"/login/again?next={quote(going, safe='')}")


async def _opened(request: Request, visit: Visit, asked: Asked) -> Response:
    try:
        found = await person(visit, asked)
    except Ambiguous:
        return await _form(request, visit, asked, {"number": _SEVERAL}, status=404)
    if found is None:
        return await _form(request, visit, asked, {"number": _NOBODY}, status=404)
    summary = see_other(f"/clinician/patients/{found[0].removeprefix('Patient/')}")
    emergencies, who = visit.platform.grounds.emergencies, visit.principal
    opening = await emergencies.current(who.id, who.organization, found)
    if opening is None:
        try:
            await open_file(visit, asked, found)
            return summary
        except (AlreadyUsed, AlreadyOpen):
            visit.note(interaction=Interaction.OPERATION, reason="the form was used before")
        opening = await emergencies.current(who.id, who.organization, found)
    if opening is None:
        return await _form(request, visit, asked, {"form": _USED}, status=409)
    visit.note(patients=found, reason="open already", purpose=EMERGENCY)
    if _asked_for(opening, asked):
        return summary
    return await _form(request, visit, asked, {"form": _OPEN}, status=409, opening=opening)


def _asked_for(opening: Emergency, asked: Asked) -> bool:
    """Is what is open what is asked for: the same reason, until the same time?"""
    end = clock.now() + timedelta(hours=asked.hours)
    same = (opening.code, opening.reason) == (asked.code, asked.reason)
    return same and abs(end - opening.until) <= _NEAR


async def _form(
    request: Request,
    visit: Visit,
    asked: Asked,
    faults: dict[str, str] | None = None,
    *,
    status: int = 200,
    opening: Emergency | None = None,
) -> Response:
    patient = await visible(visit, asked.patient) if asked.patient else None
    most = visit.platform.settings.emergency_hours
    model: dict[str, Any] = {
        "asked": asked,
        "faults": faults or {},
        "person": banner([patient], local_day()) if patient else None,
        "reasons": REASONS,
        "hours": lives(most),
        "form": secrets.token_hex(12),
        "open": opening,
    }
    template = "clinician/templates/emergency.html"
    return page(request, template, status=status, reader=visit.reader, back=HOME, **model)


def _usual(visit: Visit) -> int:
    return min(_USUAL, visit.platform.settings.emergency_hours)
