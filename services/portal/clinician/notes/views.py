"""The pages on which a note is written, signed, read with its versions, amended, and withdrawn."""

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from auth.store.note_drafts import Draft
from fhir.identity import new_id
from fhir.interactions.history import history
from fhir.interactions.read import not_found, read
from fhir.interactions.update import update
from fhir.interactions.writes.precondition import Preconditions
from fhir.outcome import Fault, Refusal
from fhir.resource import ID, Resource
from services.portal.catalogue import mark
from services.portal.clinician.about import about, saying, worded
from services.portal.clinician.notes import drafts
from services.portal.clinician.notes.before import before
from services.portal.clinician.notes.note import KINDS, TYPE, Note, drafted, note, withdrawn, written
from services.portal.clinician.sought import secret_of
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

_CLINICIANS = (Role.CLINICIAN,)
LONGEST, LONGEST_REASON = 10_000, 500
_KIND, _WORDS = mark("请选择种类。"), mark("请写明，至少4个字，最多10000个字。")
_WHY = mark("请写明为什么作废，至少4个字，最多500个字。")
_MOVED = mark("这份记录刚被更新，请核对后再操作。")
_SAME = mark("没有改动：您写的和原来一样，没有生成新的版本。")
_ANEW = mark("原来的草稿已经删除。您写的内容另存成了这份新草稿，请看过再签名。")
_TOLD = {"anew": _ANEW, "again": mark("同样的内容刚才已经保存过，没有再存一份。")}
"""What the address of a note says of how one came there."""
_TEMPLATE = "clinician/templates/note.html"
Done = str | tuple[str, int]
"""Where to go on after a deed, or why it was not done, with the status of the page that says so."""


async def new_page(request: Request, id: str) -> Response:
    """An empty note."""

    async def show(visit: Visit) -> Response:
        return await _form(request, visit, id, {}, {})

    return await visited(request, _CLINICIANS, show)


async def begin(request: Request, id: str) -> Response:
    """Keep a new note as a draft, and sign it where that is wanted."""

    async def show(visit: Visit) -> Response:
        sent = await request.form()
        typed = {name: str(sent.get(name, "")).strip() for name in ("kind", "text")}
        faults = {} if typed["kind"] in KINDS else {"kind": _KIND}
        if not worded(typed["text"], LONGEST):
            faults["text"] = _WORDS
        if faults:
            visit.note(reason="invalid")
            return await _form(request, visit, id, typed, faults, status=422)
        await about(visit, id)
        said, signs = await before(visit, f"Patient/{id}", **typed), sent.get("deed") == "sign"
        again = said.note or (said.draft.id if said.draft and not signs else "")
        if again:
            visit.note(reason="again")
            _name(visit, again)
            return see_other(f"/clinician/notes/{again}?again=1")
        name = (
            said.draft.id if said.draft else saying(secret_of(request), id, *typed.values(), *said.ids).name
        )
        _name(visit, name)
        draft = said.draft or await drafts.keep(visit, f"Patient/{id}", typed["kind"], typed["text"], name)
        if draft is not None and signs:
            await drafts.sign(visit, draft, draft.text, await _house(visit))
        return see_other(f"/clinician/notes/{name}")

    return await visited(request, _CLINICIANS, show, form=True, type=TYPE, interaction=Interaction.CREATE)


async def note_page(request: Request, id: str) -> Response:
    """A draft or a note with its versions; its author may go on."""

    async def show(visit: Visit) -> Response:
        told = next((text for name, text in _TOLD.items() if request.query_params.get(name) == "1"), "")
        return await _one(request, visit, id, fault=told)

    return await visited(request, _CLINICIANS, show, type=TYPE, interaction=Interaction.READ)


async def act(request: Request, id: str) -> Response:
    """Go on with a draft, sign or discard it; amend or withdraw what is signed."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        sent = {name: str(form.get(name, "")).strip() for name in ("deed", "version", "text", "reason")}
        _name(visit, id)
        draft = await drafts.own(visit, id)
        if draft is not None:
            done = await _with_draft(visit, draft, sent)
        elif "kind" in form and not await drafts.filed(visit, id):
            done = await _anew(visit, str(form.get("patient", "")), str(form["kind"]), sent)
        else:
            done = await _with_note(visit, id, sent)
        if isinstance(done, str):
            return see_other(done)
        fault, status = done
        return await _one(request, visit, id, sent, fault=fault, status=status)

    return await visited(request, _CLINICIANS, show, form=True, type=TYPE, interaction=Interaction.UPDATE)


async def _with_draft(visit: Visit, draft: Draft, sent: dict[str, str]) -> Done:
    store, deed, text = visit.platform.note_drafts, sent["deed"], sent["text"]
    if sent["version"] != drafted(draft, visit.principal, "").version:
        return _MOVED, 409
    if deed == "discard":
        visit.note(interaction=Interaction.DELETE)
        done = await store.remove(draft)
        return f"/clinician/patients/{draft.patient.removeprefix('Patient/')}" if done else (_MOVED, 409)
    if not worded(text, LONGEST):
        return _WORDS, 422
    if deed == "sign":
        visit.note(interaction=Interaction.CREATE)
        done = await drafts.sign(visit, draft, text, await _house(visit))
    else:
        done = await store.change(draft, text) is not None
    return f"/clinician/notes/{draft.id}" if done else (_MOVED, 409)


async def _anew(visit: Visit, patient: str, kind: str, sent: dict[str, str]) -> Done:
    """What was typed into a draft that is gone, as a new one, to be looked at again before it is signed."""
    if not ID.fullmatch(patient) or kind not in KINDS:
        raise not_found()
    if sent["deed"] == "discard" or not worded(sent["text"], LONGEST):
        return f"/clinician/patients/{patient}"
    name = new_id()
    _name(visit, name)
    visit.note(interaction=Interaction.CREATE)
    await drafts.keep(visit, f"Patient/{patient}", kind, sent["text"], name)
    return f"/clinician/notes/{name}?anew=1"


async def _with_note(visit: Visit, id: str, sent: dict[str, str]) -> Done:
    resource, now = await _read(visit, id)
    if now.author != visit.principal.practitioner:
        raise Refusal(Fault.FORBIDDEN, "a note is changed by its author alone")
    if sent["version"] != now.version or sent["deed"] not in ("withdraw", "sign" if now.draft else "amend"):
        return _MOVED, 409
    if sent["deed"] == "withdraw":
        if not worded(sent["reason"], LONGEST_REASON):
            return _WHY, 422
        changed = withdrawn(resource, sent["reason"])
    else:
        if not worded(sent["text"], LONGEST):
            return _WORDS, 422
        if not now.draft and sent["text"].splitlines() == now.text.strip().splitlines():
            return _SAME, 200
        state = "final" if now.draft else "amended"
        changed = written(resource, visit.principal, sent["text"], state, moment.now())
    expected = Preconditions(frozenset({now.version}))
    try:
        await update(visit.context, TYPE, id, changed, preconditions=expected)
    except Refusal as refusal:
        if refusal.fault is Fault.STALE:
            return _MOVED, 409
        raise
    return f"/clinician/notes/{id}"


def _name(visit: Visit, id: str) -> None:
    """The record says which note it is, or draft of one; a Refusal (404) of what names none."""
    if not ID.fullmatch(id):
        raise not_found()
    visit.note(entity=f"{TYPE}/{id}")


async def _read(visit: Visit, id: str) -> tuple[Resource, Note]:
    """A Refusal (404) of what is no note, or an unsigned one of somebody else."""
    resource = (await read(visit.context, TYPE, id)).resource()
    found = note(resource)
    if found is None or not found.shown_to(visit.principal):
        raise not_found()
    return resource, found


async def _house(visit: Visit) -> str:
    return (await mark_of(visit, PURPOSES["TREAT"])).house or ""


async def _form(
    request: Request,
    visit: Visit,
    id: str,
    typed: dict[str, str],
    faults: dict[str, str],
    *,
    status: int = 200,
) -> Response:
    model = await about(visit, id) | {
        "kinds": KINDS, "typed": {"kind": "", "text": ""} | typed, "faults": faults,
    }  # fmt: skip
    back, template = f"/clinician/patients/{id}", "clinician/templates/write.html"
    return page(request, template, status=status, reader=visit.reader, back=back, **model)


async def _one(
    request: Request,
    visit: Visit,
    id: str,
    typed: dict[str, str] | None = None,
    *,
    fault: str = "",
    status: int = 200,
) -> Response:
    _name(visit, id)
    mark, draft = await mark_of(visit, PURPOSES["TREAT"]), await drafts.own(visit, id)
    if draft is not None:
        now, versions = drafted(draft, visit.principal, mark.house or ""), list[Note]()
    else:
        now, versions = (await _read(visit, id))[1], await _versions(visit, id)
    model = await about(visit, now.patient.removeprefix("Patient/"))
    model |= {
        "kind": draft.kind if draft else "", "note": now,
        "versions": versions, "alert": fault, "mine": now.author == visit.principal.practitioner,
        "typed": {"text": now.text, "reason": ""} | {k: v for k, v in (typed or {}).items() if v},
    }  # fmt: skip
    back = f"/clinician/notes/{id}"
    return page(request, _TEMPLATE, status=status, reader=visit.reader, mark=mark, back=back, **model)


async def _versions(visit: Visit, id: str) -> list[Note]:
    """The versions before the current one, as far as the reader is shown them."""
    stored = (await history(visit.context, [("_count", "50")], TYPE, id)).versions
    versions = [one for each in stored if not each.deleted and (one := note(each.resource()))]
    return [each for each in versions[1:] if each.shown_to(visit.principal)]
