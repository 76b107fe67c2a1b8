"""The resident's side of a case: "I do not know this", "this is wrong", and what has become of it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit import access_log
from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from auth.store.cases import TERM, AlreadyOpen, Case, Kind
from fhir.interactions.read import not_found
from fhir.store import Stored
from fhir.summary.reading import patient_of
from services.portal.cases.line import found, line
from services.portal.cases.texts import CORRECTIONS, VERDICTS
from services.portal.catalogue import mark
from services.portal.page import page, see_other
from services.portal.resident.access import Look, is_mine
from services.portal.resident.access_views import PROXIES, about, complaints, own_log, told
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Show, Visit, visited

HOME = "/resident/cases"
_LONGEST, _MOST = 500, 100
_LONG = mark("最多写500个字。您写的还在下面，请删短一点再交。")
_NONE = mark("请写一写哪里不对、应该是什么。")
_TWICE = mark("您已经请求过了，还在处理。")


async def cases_page(request: Request) -> Response:
    """What I have asked for, by when it is answered, and the answers."""

    async def show(visit: Visit) -> Response:
        own = own_patient(visit)
        members = await visit.context.store.persons.members(own)
        cases = await visit.platform.cases.of(members, _MOST)
        if visit.principal.proxy is not None:
            cases = [each for each in cases if each.by == visit.session.account.id]
        visit.note(patients=(own,), entity=own)
        model: dict[str, Any] = {"cases": cases, "verdicts": VERDICTS | CORRECTIONS}
        return page(request, "cases/templates/mine.html", reader=visit.reader, **model)

    return await visited(
        request, (Role.RESIDENT,), show, type="Task", interaction=Interaction.VIEW, proxies=PROXIES
    )


async def complaint_page(request: Request, id: str) -> Response:
    """The form: which look, and what the resident wants to say."""

    async def show(visit: Visit) -> Response:
        return await _complaint(request, visit, await _look(visit, id))

    return await visited(request, (Role.RESIDENT,), show, type="AuditEvent", proxies=PROXIES)


async def complain(request: Request, id: str) -> Response:
    """Open a case for the privacy officer."""

    async def show(visit: Visit) -> Response:
        look = await _look(visit, id)
        own, words = own_patient(visit), await _words(request)
        visit.note(patients=(own,), reason="complaint")
        if len(words) > _LONGEST:
            visit.note(reason="invalid")
            return await _complaint(request, visit, look, _LONG, words)
        try:
            await _open(visit, Kind.COMPLAINT, words, about=id)
        except AlreadyOpen:
            visit.note(reason="conflict")
            return await _complaint(request, visit, look, _TWICE, words)
        return see_other(HOME)

    return await _opened(request, show, "AuditEvent", PROXIES)


async def correction_page(request: Request) -> Response:
    """The form: which line, and what is wrong with it."""

    async def show(visit: Visit) -> Response:
        stored = await found(visit.context, request.query_params.get("line", ""))
        return _correction(request, visit, await _own(visit, stored))

    return await visited(request, (Role.RESIDENT,), show, proxies=(Proxied.PARENT,))


async def correct(request: Request) -> Response:
    """Ask the house that has recorded a line to correct it."""

    async def show(visit: Visit) -> Response:
        form, words = await request.form(), await _words(request)
        stored = await _own(visit, await found(visit.context, str(form.get("line", ""))))
        visit.note(patients=(stored.owner,), entity=stored.reference, reason="correction")
        if not 0 < len(words) <= _LONGEST:
            visit.note(reason="invalid")
            return _correction(request, visit, stored, _LONG if words else _NONE, words)
        said, house = str(line(stored.resource())), stored.recorder or await _manager(visit, stored)
        try:
            await _open(visit, Kind.CORRECTION, words, about=stored.reference, line=said, house=house)
        except AlreadyOpen:
            visit.note(reason="conflict")
            return _correction(request, visit, stored, _TWICE, words)
        return see_other(HOME)

    return await _opened(request, show, "Task", (Proxied.PARENT,))


async def _opened(request: Request, show: Show, type: str, proxies: tuple[Proxied, ...]) -> Response:
    return await visited(
        request,
        (Role.RESIDENT,),
        show,
        form=True,
        type=type,
        interaction=Interaction.CREATE,
        proxies=proxies,
    )


async def _words(request: Request) -> str:
    """What was written; a line ends with one sign."""
    return "\n".join(str((await request.form()).get("words", "")).strip().splitlines())


async def _open(visit: Visit, kind: Kind, words: str, *, about: str, **more: Any) -> Case:
    visit.context.trail.query = None
    await visit.record_ahead()
    own, account = own_patient(visit), visit.session.account.id
    return await visit.platform.cases.open(kind, patient=own, about=about, by=account, words=words, **more)


async def _look(visit: Visit, id: str) -> Look:
    """One look of another at the own file; else a Refusal (404)."""
    patients = await own_log(visit)
    visit.note(entity=f"AuditEvent/{id}", patients=(own_patient(visit),))
    one = await visit.platform.archive.one(id, patients)
    entry = access_log.entry(one[1], patients) if one else None
    if entry is None or is_mine(entry, visit.principal.id):
        raise not_found()
    (look,) = await told(visit, patients, [entry])
    return look


async def _own(visit: Visit, stored: Stored) -> Stored:
    own = own_patient(visit)
    if stored.owner not in await visit.context.store.persons.members(own):
        raise not_found()
    return stored


async def _manager(visit: Visit, stored: Stored) -> str | None:
    """The house of the Patient under which a line lies."""
    patient = await patient_of(visit.context, stored.owner)
    reference = (patient.get("managingOrganization") or {}).get("reference")
    return str(reference) if reference else None


async def _complaint(
    request: Request, visit: Visit, look: Look, error: str = "", words: str = ""
) -> Response:
    """The form, or what has become of the request that was made already; `words` that were not taken."""
    case = about(look, await complaints(visit, await own_log(visit)))
    return page(
        request, "cases/templates/complaint.html", status=422 if error else 200, reader=visit.reader,
        back=HOME, look=look, days=TERM.days, error=error, words=words, case=case, verdicts=VERDICTS,
    )  # fmt: skip


def _correction(request: Request, visit: Visit, stored: Stored, error: str = "", words: str = "") -> Response:
    visit.context.trail.query = None
    return page(
        request, "cases/templates/correction.html", status=422 if error else 200, reader=visit.reader,
        back=HOME, line=line(stored.resource()), reference=stored.reference, days=TERM.days, error=error,
        words=words,
    )  # fmt: skip
