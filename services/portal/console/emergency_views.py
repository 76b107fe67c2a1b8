"""Files opened in an emergency, as a privacy officer reviews them within a day.

security-and-scale.md, line 19.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.archive import Span
from auth.audit.purpose import EMERGENCY
from auth.audit.record import AuditRecord, Interaction
from auth.roles import Role
from auth.store.emergencies import Emergency
from fhir.outcome import Fault, Refusal
from services.portal.audit_terms import OTHER, TYPES
from services.portal.catalogue import mark
from services.portal.console.residents import residents
from services.portal.emergency import REASONS, UNJUSTIFIED, VERDICTS
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

HOME = "/console/emergencies"
_READERS, _LONGEST = (Role.PRIVACY,), 500
MOST, MOST_READ = 100, 50
READINGS = {
    Interaction.VIEW: mark("打开档案"),
    Interaction.SEARCH: mark("查找"),
    Interaction.READ: mark("读取"),
    Interaction.VREAD: mark("读取"),
    Interaction.HISTORY: mark("读取历史"),
}
OTHERWISE = mark("其他操作")
_OVERRIDES = (Interaction.EMERGENCY, Interaction.EMERGENCY_END)


@dataclass(frozen=True, slots=True)
class Case:
    """An opening, what was read under it, and whether the reader himself opened the file."""

    emergency: Emergency
    readings: list[AuditRecord]
    more: bool
    own: bool


async def emergencies_page(request: Request) -> Response:
    """Those that wait, the oldest first; then those that are reviewed."""

    async def show(visit: Visit) -> Response:
        emergencies = visit.platform.grounds.emergencies
        waiting = await emergencies.waiting(MOST)
        cases = await _cases(visit, [*waiting, *await emergencies.reviewed(MOST)][:MOST])
        visit.note(patients=tuple(sorted({case.emergency.patient for case in cases})))
        model: dict[str, Any] = {
            "cases": cases,
            "late": sum(case.emergency.overdue for case in cases),
            "reasons": REASONS,
            "verdicts": VERDICTS,
            "readings": READINGS,
            "otherwise": OTHERWISE,
            "residents": await residents(visit, [case.emergency.patient for case in cases]),
            "types": TYPES,
            "other": OTHER,
        }
        return page(request, "console/templates/emergencies.html", reader=visit.reader, **model)

    return await visited(request, _READERS, show, type="AuditEvent", interaction=Interaction.SEARCH)


async def review(request: Request) -> Response:
    """The verdict of a second person."""

    async def show(visit: Visit) -> Response:
        form = {name: str(value).strip()[:_LONGEST] for name, value in (await request.form()).items()}
        id, verdict, note = (form.get(name, "") for name in ("emergency", "verdict", "note"))
        emergencies = visit.platform.grounds.emergencies
        found = await emergencies.one(id)
        if found is None:
            raise Refusal(Fault.NOT_FOUND, "no such opening")
        visit.note(patients=(found.patient,), entity=found.patient, reason=f"emergency {verdict}"[:40])
        if verdict not in VERDICTS or not note:
            raise Refusal(Fault.INVALID, "a verdict and a note are needed")
        if found.account == visit.principal.id:
            raise Refusal(Fault.FORBIDDEN, "nobody reviews what he has opened himself")
        if not await emergencies.review(found, visit.principal.id, verdict, note):
            raise Refusal(Fault.CONFLICT, "this opening has been reviewed before")
        if verdict == UNJUSTIFIED:
            members = await visit.platform.store.persons.members(found.patient)
            await emergencies.close(found.account, members)
        return see_other(HOME)

    interaction = Interaction.REVIEW
    return await visited(request, _READERS, show, form=True, type="AuditEvent", interaction=interaction)


async def _cases(visit: Visit, openings: Sequence[Emergency]) -> list[Case]:
    """Each opening with what was read under it, looked up together."""
    persons = await visit.platform.store.persons.linked([each.patient for each in openings])
    asked = [(_span(each, persons[each.patient]), partial(_under, each)) for each in openings]
    read = await visit.platform.archive.look_through_each(asked, MOST_READ)
    return [
        Case(each, records, more, each.account == visit.principal.id)
        for each, (records, more) in zip(openings, read, strict=True)
    ]


def _span(opening: Emergency, members: Iterable[str]) -> Span:
    return Span(frozenset(members), opening.began, opening.until, frozenset({opening.account}))


def _under(opening: Emergency, record: AuditRecord) -> bool:
    """Was it read under the opening?"""
    mine = record.agent.id == opening.account and record.agent.organization == opening.organization
    return mine and record.purpose == EMERGENCY and record.interaction not in _OVERRIDES
