"""Moves: what was filed under the wrong patient goes to the right one, after a look at what that would do.

What is typed and who it is about stand in no address. Of a record its kind, its title and its date are shown.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from auth.store.moves import Move
from fhir.interactions.search import search
from fhir.outcome import Fault, Refusal
from fhir.references import is_literal
from fhir.search.value import escaped
from fhir.store import Stored
from fhir.summary.moment import local_day
from fhir.summary.patient import Banner, banner
from fhir.summary.reading import patient_of
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.notices import KINDS, OTHER
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited
from services.refiling.plan import Plan, Why
from services.refiling.refiling import Asked, date_of, preview, refile
from services.refiling.told import tell

HOME = "/console/moves"
_READERS, _LONGEST, _SHORTEST = (Role.STEWARD,), 128, 3
_BY_NUMBER = (
    "DiagnosticReport", "Encounter", "DocumentReference", "Observation", "ServiceRequest", "Specimen",
    "ImagingStudy", "Procedure", "Immunization", "MedicationRequest", "Composition",
)  # fmt: skip
STAYS = {
    Why.VISIT: mark("就诊本身不移走，和它的联系会断开"),
    Why.SHARED: mark("留下的其他记录也用到它"),
    Why.PERSON: mark("是关于这个人本身的，不移走"),
    Why.HOUSE: mark("是别的机构记录的，您不能移动"),
}
_NONE = mark("没有找到您可以移动的这条记录，请核对后重试。")
_NOBODY = mark("没有找到这位患者，请核对后重试。")
_SEVERAL = mark("这个号码属于不止一条记录，请写资源编号，例如 DiagnosticReport/123。")


class NotFound(Exception):
    """What was typed leads to nothing, or to several; the text is a msgid."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record as the page shows it."""

    kind: str
    title: str
    date: str
    reference: str
    why: str = ""


async def moves_page(request: Request) -> Response:
    """The form, and the newest moves."""

    async def show(visit: Visit) -> Response:
        return await _form(request, visit)

    return await visited(request, _READERS, show, type=None)


async def preview_page(request: Request) -> Response:
    """What a move would do."""

    async def show(visit: Visit) -> Response:
        form = {name: str(value).strip()[:_LONGEST] for name, value in (await request.form()).items()}
        visit.move()
        try:
            asked = await _asked(visit, form)
            plan = await preview(visit.context, asked)
        except NotFound as error:
            return await _form(request, visit, str(error), form, status=404)
        except Refusal as refusal:
            if refusal.fault is Fault.FORBIDDEN:
                raise
            return await _form(request, visit, _words(refusal), form, status=refusal.status)
        visit.note(patients=(plan.source, plan.to), entity=asked.root, reason="move: looked at")
        return await _preview(request, visit, asked, plan)

    return await visited(request, _READERS, show, form=True, type=None)


async def carry(request: Request) -> Response:
    """Do what was shown."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        reason = str(form.get("reason", "")).strip()[:500]
        told = unseal(str(form.get("plan", "")), request.cookies.get(csrf.SESSION_COOKIE, ""))
        if told is None or not reason:
            raise Refusal(Fault.INVALID, "a move that was shown here and a reason are needed")
        kept = json.loads(told)
        asked = Asked(kept["root"], kept["to"], kept["undoes"])
        visit.move()
        visit.note(patients=(kept["source"], asked.to), entity=asked.root, reason="move")
        await visit.record_ahead()
        platform = visit.platform
        move = await refile(visit.context, platform.moves, asked, kept["digest"], visit.principal, reason)
        await tell(platform.archive, platform.moves, move)
        return see_other(HOME)

    return await visited(request, _READERS, show, form=True, type=None, interaction=Interaction.UPDATE)


async def _asked(visit: Visit, form: dict[str, str]) -> Asked:
    if undoes := form.get("undoes"):
        move = await visit.platform.moves.one(undoes)
        house = visit.principal.organization
        if move is None or (house is not None and move.house != house):
            raise Refusal(Fault.NOT_FOUND, "no such move")
        return Asked(move.root, move.source, move.id)
    roots = await _found(visit, form.get("what", ""), _BY_NUMBER)
    reports = [root for root in roots if root.startswith("DiagnosticReport/")]
    roots = reports if len(reports) == 1 else roots
    if len(roots) != 1:
        raise NotFound(_SEVERAL if roots else _NONE)
    patients = await _found(visit, form.get("to", ""), ("Patient",))
    if not patients:
        raise NotFound(_NOBODY)
    linked = (await visit.context.store.persons.linked(patients[:1]))[patients[0]]
    if not set(patients) <= set(linked):
        raise NotFound(_SEVERAL)
    return Asked(roots[0], patients[0])


async def _found(visit: Visit, typed: str, types: Sequence[str]) -> list[str]:
    """The references that are meant: one that was typed, or those that bear the number."""
    if is_literal(typed):
        return [typed] if typed.startswith("Patient/") is (types == ("Patient",)) else []
    if len(typed) < _SHORTEST:
        return []
    found: list[str] = []
    for type in types:
        page = await search(visit.context, type, [("identifier", escaped(typed)), ("_count", "20")])
        found += [row.reference for row in page.matches]
    visit.context.trail.query = None
    return found


async def _preview(request: Request, visit: Visit, asked: Asked, plan: Plan) -> Response:
    secret = request.cookies.get(csrf.SESSION_COOKIE, "")
    told = {"root": asked.root, "to": asked.to, "source": plan.source, "undoes": asked.undoes}
    sealed = seal(json.dumps(told | {"digest": plan.digest}), secret)
    today = local_day()
    people: dict[str, Banner | None] = {}
    for name, reference in (("source", plan.source), ("to", plan.to)):
        people[name] = await _person(visit, reference, today)
    model: dict[str, Any] = {
        **people,
        "plan": sealed,
        "moving": [_line(each) for each in plan.moving.values()],
        "stays": [_line(each, STAYS[why]) for each, why in plan.stays if why is not Why.HOUSE],
        "others": sum(why is Why.HOUSE for _, why in plan.stays),
        "parting": [_line(each) for each in plan.parting.values()],
        "words": any(_has_words(each) for each in plan.moving.values()),
    }
    return page(request, "console/templates/move.html", reader=visit.reader, back=HOME, **model)


async def _person(visit: Visit, reference: str, today: Any) -> Banner | None:
    try:
        return banner([await patient_of(visit.context, reference)], today)
    except Refusal:  # another house's Patient, whose record a steward of this house does not see
        return None


async def _form(
    request: Request,
    visit: Visit,
    error: str | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    moves: list[Move] = await visit.platform.moves.newest(visit.principal.organization)
    undone = {each.undoes for each in moves}
    return page(
        request, "console/templates/moves.html", status=status, reader=visit.reader, back=HOME, error=error,
        typed=typed or {}, moves=moves, undone=undone, kinds=KINDS, other=OTHER,
    )  # fmt: skip


def _line(stored: Stored, why: str = "") -> Line:
    resource = stored.resource()
    code: dict[str, Any] = resource.get("code") or resource.get("type") or {}
    coded = code[0] if isinstance(code, list) and code else code
    shown = [each.get("display") for each in coded.get("coding", ())] if isinstance(coded, dict) else []
    title = (coded.get("text") if isinstance(coded, dict) else None) or next(filter(None, shown), "")
    return Line(KINDS.get(stored.type, OTHER), str(title), date_of(resource), stored.reference, why)


def _has_words(stored: Stored) -> bool:
    """Does it hold text or a file that may name the other patient?"""
    resource = stored.resource()
    return any(name in resource for name in ("text", "presentedForm", "content", "note", "data"))


def _words(refusal: Refusal) -> str:
    """Why it can't be, for the page."""
    known = {
        "it lies in the file of that person already": mark("这条记录已经在这个人的档案里。"),
        "no such Patient is known here to you": _NOBODY,
        "no such resource is known here to you": _NONE,
    }
    return known.get(
        str(refusal), mark("这条记录不能单独移走：它和留下的记录互相需要，或者属于不能移动的种类。")
    )
