"""Reviews: conspicuous looks at files, as a privacy officer judges them; and the list of guarded files."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import AuditRecord, Interaction
from auth.audit.sweeps import Sign
from auth.roles import Role
from auth.store import reviews
from auth.store.reviews import Review
from fhir.outcome import Fault, Refusal
from fhir.resource import ID
from services.portal.catalogue import mark
from services.portal.page import page, see_other
from services.portal.visit import Show, Visit, visited

_READERS, _LONGEST, _OWNER = (Role.PRIVACY,), 500, "platform"
SIGNS = {
    Sign.MANY: mark("一小时内查看很多人"),
    Sign.LISTS: mark("一小时内列出很多人"),
    Sign.SURNAME: mark("连续查看同姓的人"),
    Sign.NEIGHBOURS: mark("查看同一地址的人"),
    Sign.COLLEAGUES: mark("查看医务人员"),
    Sign.FAMOUS: mark("查看受保护的人"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A finding with who looked, and the note of whoever reviewed it."""

    review: Review
    who: AuditRecord | None
    note: str


async def reviews_page(request: Request) -> Response:
    """What waits first."""

    async def show(visit: Visit) -> Response:
        database = visit.platform.database
        lines = [await _line(visit, each) for each in await reviews.newest(database)]
        guarded = await reviews.guarded(database)
        visit.note(patients=tuple(sorted({patient for line in lines for patient in line.review.patients})))
        waiting = await visit.platform.grounds.emergencies.count_waiting()
        model: dict[str, Any] = {"lines": lines, "guarded": guarded, "signs": SIGNS, "waiting": waiting}
        return page(request, "console/templates/reviews.html", reader=visit.reader, **model)

    return await visited(request, _READERS, show, type="AuditEvent", interaction=Interaction.SEARCH)


async def review(request: Request, id: str) -> Response:
    """Mark one as reviewed, with what was found out."""

    async def show(visit: Visit) -> Response:
        note = await _given(request, "note")
        if not note:
            raise Refusal(Fault.INVALID, "a note is needed")
        sealed = await visit.platform.store.vault.seal(_OWNER, note.encode())
        settled = await reviews.settle(visit.platform.database, id, visit.principal.id, sealed)
        if settled is None:
            raise Refusal(Fault.NOT_FOUND, "no such finding waits")
        visit.note(patients=settled.patients, entity=f"AuditEvent/{settled.record}-1", reason=settled.sign)
        return see_other("/console/reviews")

    return await _acted(request, show, Interaction.REVIEW)


async def guard(request: Request) -> Response:
    """Guard a file, or guard it no longer."""

    async def show(visit: Visit) -> Response:
        id = (await _given(request, "patient")).removeprefix("Patient/")
        if not ID.fullmatch(id):
            raise Refusal(Fault.INVALID, "this is no id of a Patient")
        patient, ends = f"Patient/{id}", bool(await _given(request, "end"))
        visit.note(patients=(patient,), entity=patient, reason="unguarded" if ends else "guarded")
        if ends:
            await reviews.unguard(visit.platform.database, patient)
        else:
            await reviews.guard(visit.platform.database, patient, visit.principal.id)
        return see_other("/console/reviews")

    return await _acted(request, show, Interaction.CONFIGURE)


async def _acted(request: Request, show: Show, interaction: Interaction) -> Response:
    return await visited(request, _READERS, show, form=True, type="AuditEvent", interaction=interaction)


async def _given(request: Request, name: str) -> str:
    return str((await request.form()).get(name, "")).strip()[:_LONGEST]


async def _line(visit: Visit, review: Review) -> Line:
    who = await visit.platform.archive.opened(review.record)
    note = await visit.platform.store.vault.open(_OWNER, review.note) if review.note else b""
    return Line(review, who, note.decode())
