"""Reviews: conspicuous looks at files, as a privacy officer judges them; and the list of guarded files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import AuditRecord, Interaction
from auth.audit.sweeps import Sign
from auth.roles import Role
from auth.store import reviews
from auth.store.reviews import Review
from fhir.outcome import Fault, Refusal
from fhir.resource import ID
from services.portal import csrf
from services.portal.audit_terms import role
from services.portal.catalogue import mark
from services.portal.clinician.arrival import Ambiguous, holder
from services.portal.console.consent_views import sealed_patient
from services.portal.console.residents import Resident, numbered, residents
from services.portal.page import page, see_other
from services.portal.sealing import seal
from services.portal.visit import Show, Visit, visited

_READERS, _LONGEST, _OWNER = (Role.PRIVACY,), 500, "platform"
_FEW = 3
"""Of a finding about more residents none is named."""
_NO_NUMBER = mark("没有找到持有这个号码的居民，请核对后重试。")
_NO_ID = mark("没有这个编号的居民，请核对后重试。")
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
        return await _page(request, visit, sealed_patient(request))

    return await visited(request, _READERS, show, type="AuditEvent", interaction=Interaction.SEARCH)


async def _page(request: Request, visit: Visit, chosen: str | None, error: str | None = None) -> Response:
    database = visit.platform.database
    lines = [await _line(visit, each) for each in await reviews.newest(database)]
    guarded = await reviews.guarded(database)
    looked_at = [line.review.patients for line in lines]
    few = {patient for each in looked_at if len(each) <= _FEW for patient in each}
    known = few | {*guarded, *([chosen] if chosen else [])}
    others = {patient for each in looked_at for patient in each} - known
    visit.note(patients=tuple(sorted(known | others)))
    waiting = await visit.platform.grounds.emergencies.count_waiting()
    model: dict[str, Any] = {"lines": lines, "guarded": guarded, "signs": SIGNS, "waiting": waiting}
    found = await residents(visit, known) | await numbered(visit, others)
    model |= {"residents": found, "role": role}
    model["whom"] = {line.review.id: _persons(found, line.review.patients) for line in lines}
    return page(
        request, "console/templates/reviews.html", status=404 if error else 200, reader=visit.reader,
        back="/console/reviews", chosen=chosen, sealed=quote(request.query_params.get("s", "")), error=error,
        **model,
    )  # fmt: skip


def _persons(known: Mapping[str, Resident], patients: Sequence[str]) -> list[Resident]:
    """Each person once, however many records he has, by the one of them that names him."""
    persons: dict[str, Resident] = {}
    for each in map(known.__getitem__, patients):
        if not persons.setdefault(each.case, each).name:
            persons[each.case] = each
    return list(persons.values())


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
    """Find whose file is to be guarded; guard it, or guard it no longer."""

    async def show(visit: Visit) -> Response:
        number, ended = await _given(request, "number"), await _given(request, "end")
        if number:
            return await _find(request, visit, number)
        patient = await _given(request, "patient") if ended else sealed_patient(request)
        if patient is None or not ID.fullmatch(patient.removeprefix("Patient/")):
            raise Refusal(Fault.INVALID, "this is no id of a Patient")
        visit.note(patients=(patient,), entity=patient, reason="unguarded" if ended else "guarded")
        if ended:
            await reviews.unguard(visit.platform.database, patient)
        else:
            await reviews.guard(visit.platform.database, patient, visit.principal.id)
        return see_other("/console/reviews")

    return await _acted(request, show, Interaction.CONFIGURE)


async def _find(request: Request, visit: Visit, number: str) -> Response:
    """On to the resident of a number, whose name in the address is sealed; or why there is none."""
    visit.note(interaction=Interaction.SEARCH, type="Patient")
    try:
        found = await _whose(visit, number)
    except Ambiguous:
        return await _page(request, visit, None, mark("这个号码属于不止一份档案，请联系数据管理员。"))
    if found is None:
        wrong = _NO_ID if number.startswith("Patient/") else _NO_NUMBER
        return await _page(request, visit, None, wrong)
    visit.note(patients=(found,), entity=found)
    secret = request.cookies.get(csrf.SESSION_COOKIE, "")
    return see_other(f"/console/reviews?s={quote(seal(found, secret))}#guarded")


async def _whose(visit: Visit, number: str) -> str | None:
    """The Patient with a number, or of a reference; None where there is none."""
    if not number.startswith("Patient/"):
        found = await holder(visit, number)
        return found[0][0] if found else None
    known = (
        (await residents(visit, [number]))[number] if ID.fullmatch(number.removeprefix("Patient/")) else None
    )
    return number if known and known.name else None


async def _acted(request: Request, show: Show, interaction: Interaction) -> Response:
    return await visited(request, _READERS, show, form=True, type="AuditEvent", interaction=interaction)


async def _given(request: Request, name: str) -> str:
    return str((await request.form()).get(name, "")).strip()[:_LONGEST]


async def _line(visit: Visit, review: Review) -> Line:
    who = await visit.platform.archive.opened(review.record)
    note = await visit.platform.store.vault.open(_OWNER, review.note) if review.note else b""
    return Line(review, who, note.decode())
