"""Desk: the cases of one kind as those see them who answer: what waits first, the oldest first."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from auth.store.cases import Case, Kind
from fhir.outcome import Fault, Refusal
from services.portal.console.residents import residents
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

_LONGEST, _MOST = 500, 100


@dataclass(frozen=True, slots=True)
class Desk:
    """One kind of case: who answers, with which verdicts; `shown` is what he needs beside the case, `barred`
    says whether he may not judge this one."""

    kind: Kind
    role: Role
    home: str
    verdicts: Mapping[str, str]
    template: str
    shown: Callable[[Visit, list[Case]], Awaitable[Mapping[str, Any]]]
    barred: Callable[[Visit, Case], Awaitable[bool]]

    async def listed(self, request: Request) -> Response:
        """All cases within reach."""

        async def show(visit: Visit) -> Response:
            cases, house = visit.platform.cases, _house(visit)
            found = await cases.waiting(self.kind, house, _MOST)
            found += await cases.closed(self.kind, house, _MOST)
            visit.note(patients=tuple(sorted({each.patient for each in found})))
            own = {each.id for each in found if await self._barred(visit, each)}
            late = await cases.count_overdue(self.kind, house)
            more = await self.shown(visit, found)
            who = await residents(visit, [each.patient for each in found])
            visit.context.trail.query = None
            return page(
                request, self.template, reader=visit.reader, cases=found, late=late, barred=own,
                verdicts=self.verdicts, residents=who, **more,
            )  # fmt: skip

        return await visited(request, (self.role,), show, type="Task", interaction=Interaction.SEARCH)

    async def answer(self, request: Request) -> Response:
        """Keep the answer to one."""

        async def show(visit: Visit) -> Response:
            form = {name: str(value).strip()[:_LONGEST] for name, value in (await request.form()).items()}
            verdict, note = form.get("verdict", ""), form.get("note", "")
            case = await self._one(visit, form.get("case", ""))
            visit.note(patients=(case.patient,), reason=f"{self.kind} {verdict}"[:40])
            if verdict not in self.verdicts or not note:
                raise Refusal(Fault.INVALID, "a verdict and a note are needed")
            if await self._barred(visit, case):
                raise Refusal(Fault.FORBIDDEN, "nobody judges his own case")
            await visit.record_ahead()
            if not await visit.platform.cases.answer(case, visit.principal.id, verdict, note):
                raise Refusal(Fault.CONFLICT, "this case has been answered before")
            return see_other(self.home)

        interaction = Interaction.REVIEW
        return await visited(request, (self.role,), show, form=True, type="Task", interaction=interaction)

    async def _one(self, visit: Visit, id: str) -> Case:
        case, house = await visit.platform.cases.one(id), _house(visit)
        if case is None or case.kind is not self.kind or (house is not None and case.house != house):
            raise Refusal(Fault.NOT_FOUND, "no such case")
        return case

    async def _barred(self, visit: Visit, case: Case) -> bool:
        return case.by == visit.session.account.id or await self.barred(visit, case)


def _house(visit: Visit) -> str | None:
    """The house to which a steward is bound."""
    principal = visit.principal
    return principal.organization if principal.role is Role.STEWARD else None
