"""The pages on which a note is written, signed, read with its versions, and amended."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.interactions.create import create
from fhir.interactions.history import history
from fhir.interactions.read import not_found, read
from fhir.interactions.update import update
from fhir.interactions.writes.precondition import Preconditions
from fhir.outcome import Fault, Refusal
from fhir.resource import ID, Resource
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import sources
from services.portal.catalogue import mark
from services.portal.clinician.notes.note import DRAFT, KINDS, Note, made, note, written
from services.portal.clinician.sought import sought
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

_CLINICIANS = (Role.CLINICIAN,)
SHORTEST, LONGEST = 4, 10_000
_TYPE = "DocumentReference"
_KIND, _WORDS = mark("请选择种类。"), mark("请写明，至少4个字，最多10000个字。")
_MOVED = mark("这份记录刚被更新，请核对后再操作。")
_TEMPLATE = "clinician/templates/note.html"


async def new_page(request: Request, id: str) -> Response:
    """An empty note."""

    async def show(visit: Visit) -> Response:
        return await _form(request, visit, id, {}, {})

    return await visited(request, _CLINICIANS, show)


async def begin(request: Request, id: str) -> Response:
    """Keep a new note as a draft, or sign it at once."""

    async def show(visit: Visit) -> Response:
        sent = await request.form()
        typed = {name: str(sent.get(name, "")).strip() for name in ("kind", "text")}
        faults = {} if typed["kind"] in KINDS else {"kind": _KIND}
        if not SHORTEST <= len(typed["text"]) <= LONGEST:
            faults["text"] = _WORDS
        if faults:
            visit.note(reason="invalid")
            return await _form(request, visit, id, typed, faults, status=422)
        with sought(visit, id):
            await sources(visit.context, id)
        who, now = visit.principal, moment.now()
        house = (await mark_of(visit, PURPOSES["TREAT"])).house or ""
        empty = made(who, f"Patient/{id}", house, typed["kind"], now)
        state = "final" if sent.get("deed") == "sign" else DRAFT
        kept = await create(visit.context, _TYPE, written(empty, who, typed["text"], state, now))
        return see_other(f"/clinician/notes/{kept.stored.id}")

    return await visited(request, _CLINICIANS, show, form=True, type=_TYPE, interaction=Interaction.CREATE)


async def note_page(request: Request, id: str) -> Response:
    """A note with its versions; its author may go on."""

    async def show(visit: Visit) -> Response:
        return await _one(request, visit, id)

    return await visited(request, _CLINICIANS, show, type=_TYPE, interaction=Interaction.READ)


async def act(request: Request, id: str) -> Response:
    """Go on with a draft, sign it, or amend what is signed."""

    async def show(visit: Visit) -> Response:
        sent = await request.form()
        resource, now = await _read(visit, id)
        text, deed = str(sent.get("text", "")).strip(), str(sent.get("deed", ""))
        if now.author != visit.principal.practitioner:
            raise Refusal(Fault.FORBIDDEN, "a note is changed by its author alone")
        if str(sent.get("version", "")) != now.version:
            return await _one(request, visit, id, fault=_MOVED, status=409)
        if not SHORTEST <= len(text) <= LONGEST:
            return await _one(request, visit, id, fault=_WORDS, status=422)
        state = (DRAFT if deed == "draft" else "final") if now.draft else "amended"
        changed = written(resource, visit.principal, text, state, moment.now())
        expected = Preconditions(frozenset({now.version}))
        await update(visit.context, _TYPE, id, changed, preconditions=expected)
        return see_other(f"/clinician/notes/{id}")

    return await visited(request, _CLINICIANS, show, form=True, type=_TYPE, interaction=Interaction.UPDATE)


async def _read(visit: Visit, id: str) -> tuple[Resource, Note]:
    """A Refusal (404) of what is no note, or a draft of somebody else."""
    if not ID.fullmatch(id):
        raise not_found()
    resource = (await read(visit.context, _TYPE, id)).resource()
    found = note(resource)
    if found is None or not found.shown_to(visit.principal):
        raise not_found()
    return resource, found


async def _form(
    request: Request,
    visit: Visit,
    id: str,
    typed: dict[str, str],
    faults: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    with sought(visit, id):
        patients = await sources(visit.context, id)
    model: dict[str, Any] = {
        "person": banner(patients, local_day()), "id": id, "kinds": KINDS,
        "typed": {"kind": "", "text": ""} | typed, "faults": faults,
    }  # fmt: skip
    back, template = f"/clinician/patients/{id}", "clinician/templates/write.html"
    return page(request, template, status=status, reader=visit.reader, back=back, **model)


async def _one(request: Request, visit: Visit, id: str, *, fault: str = "", status: int = 200) -> Response:
    _, now = await _read(visit, id)
    patient = now.patient.removeprefix("Patient/")
    patients = await sources(visit.context, patient)
    stored = (await history(visit.context, [("_count", "50")], _TYPE, id)).versions
    versions = [one for each in stored if not each.deleted and (one := note(each.resource()))]
    mark = await mark_of(visit, PURPOSES["TREAT"])
    visit.note(entity=f"{_TYPE}/{id}")
    visit.context.trail.query = None
    model: dict[str, Any] = {
        "person": banner(patients, local_day()), "id": patient, "note": now,
        "versions": [each for each in versions[1:] if each.shown_to(visit.principal)], "fault": fault,
        "mine": now.author == visit.principal.practitioner,
    }  # fmt: skip
    back = f"/clinician/notes/{id}"
    return page(request, _TEMPLATE, status=status, reader=visit.reader, mark=mark, back=back, **model)
