"""Notices: that something was filed under the wrong resident, told to whoever has seen it until he confirms.

They say of what kind and of which day it was, and nothing of what it holds.
"""

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from auth.store.moves import Notice
from fhir.outcome import Fault, Refusal
from services.portal.catalogue import mark
from services.portal.page import see_other
from services.portal.visit import Visit, visited

KINDS = {
    "DiagnosticReport": mark("一份检查报告"),
    "Observation": mark("一项检查结果"),
    "Encounter": mark("一次就诊"),
    "DocumentReference": mark("一份文书"),
    "Condition": mark("一项诊断"),
    "AllergyIntolerance": mark("一条过敏记录"),
    "MedicationRequest": mark("一次用药"),
    "Immunization": mark("一次疫苗接种"),
    "Procedure": mark("一次手术或操作"),
    "Specimen": mark("一份标本"),
    "ServiceRequest": mark("一份申请单"),
}
OTHER = mark("一条记录")


async def notices(visit: Visit) -> list[Notice]:
    """What the reader has not confirmed yet."""
    return await visit.platform.moves.waiting(await _whom(visit))


async def acknowledge(request: Request, id: str) -> Response:
    """He has read it; back to the page that it stood on."""

    async def show(visit: Visit) -> Response:
        visit.note(reason=f"notice {id}"[:40])
        if await visit.platform.moves.acknowledge(id, await _whom(visit)) is None:
            raise Refusal(Fault.NOT_FOUND, "no such notice")
        return see_other(home)

    home = f"/{request.url.path.split('/')[1]}"
    return await visited(
        request,
        (Role.CLINICIAN if home == "/clinician" else Role.RESIDENT,),
        show,
        form=True,
        type=None,
        interaction=Interaction.REVIEW,
        proxies=tuple(Proxied),
    )


async def _whom(visit: Visit) -> list[str]:
    """Under whose names notices are his: his account; a resident's or parent's, that of the file too."""
    who = visit.principal
    if who.role is not Role.RESIDENT or who.patient is None or who.proxy not in (None, Proxied.PARENT):
        return [who.id]
    return [who.id, *await visit.context.store.persons.members(who.patient)]
