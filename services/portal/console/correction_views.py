"""Correcting a dead letter: a field or the whole text is edited, tried, put in its place (checklist 63)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services import dead_letters
from services.correction import NotEditable, corrected
from services.dead_letters import Settled
from services.inbox import Arrival, Inbox
from services.portal.catalogue import mark
from services.portal.console.dead_letter_views import acted, steward
from services.portal.console.editing import NoSuchPlace, edited, with_field
from services.portal.console.message_views import found
from services.portal.console.text_views import shown_text
from services.portal.console.trial import findings, trial
from services.portal.console.visible import visible
from services.portal.page import see_other
from services.portal.visit import Visit

_FAULTS = {
    "same": mark("内容没有改动，或同样的消息已经收到过。"),
    "header": mark("消息必须以 MSH 段开头。"),
    "charset": mark("MSH-18 写的字符集和这条消息的字符集不同。请让 MSH-18 保持原样。"),
    "characters": mark("有些字不能用这条消息的字符集写。请换成别的字，或请院方改用 UTF-8 或 GB18030 重发。"),
    "refused": mark("改正后的消息仍会被拒收：请检查 MSH 段和必需的段。"),
}
_SETTLED = mark("已经有人处理了这封死信，您的改动没有提交。下面留着您写的文字。")
_NO_PLACE = mark("消息里没有这个位置。请写成 PID-5 或 OBX[2]-5 这样。")
_PUT = mark("已改在下面的文字里，还没有提交。")


async def field(request: Request, id: str) -> Response:
    """Put a value into one field of what is edited so far; nothing is kept."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        row, original, _ = await found(visit, id)
        text, place, value = edited(form.get("text", "")), form.get("place", ""), form.get("value", "")
        more: dict[str, Any] = {"place": place, "value": value}
        try:
            text = with_field(text, place, value)
        except NoSuchPlace:
            return shown_text(request, visit, row, original, draft=text, status=422, fault=_NO_PLACE, **more)
        return shown_text(request, visit, row, original, draft=text, done=_PUT, **more)

    return await acted(request, id, "editing", act)


async def attempt(request: Request, id: str) -> Response:
    """What would become of the edited text: faults with their places, and the difference in FHIR."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        row, original, _ = await found(visit, id)
        text = edited(form.get("text", ""))
        try:
            tried = await trial(request.app.state.rehearse, _corrected(visit, row, text))
        except NotEditable as error:
            return _refused(request, visit, row, original, text, error)
        visit.note(patients=tuple(sorted({*visit.record.patients, *tried.patients})))
        return shown_text(request, visit, row, original, draft=text, trial=tried)

    return await acted(request, id, "trial", act)


async def edit(request: Request, id: str) -> Response:
    """Put an edited message in its place and try that; the original stays as it came."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        row, original, _ = await found(visit, id)
        text = edited(form.get("text", ""))
        try:
            new = await dead_letters.replace(inbox, row, _corrected(visit, row, text), steward(visit))
        except NotEditable as error:
            return _refused(request, visit, row, original, text, error)
        except Settled:
            row, original, _ = await found(visit, id)
            return shown_text(request, visit, row, original, draft=text, status=409, fault=_SETTLED)
        return see_other(f"/console/messages/{new}")

    return await acted(request, id, "edit", act)


def _corrected(visit: Visit, row: dict[str, Any], text: str) -> Arrival:
    ids = visit.platform.settings.processing_ids.split(",")
    return corrected(visit.platform.store.keyed, row, text, ids)


def _refused(
    request: Request,
    visit: Visit,
    row: dict[str, Any],
    original: str | None,
    text: str,
    error: NotEditable,
) -> Response:
    characters = [(place, visible(one), f"U+{ord(one):04X}") for place, one in error.characters]
    told: dict[str, Any] = {"characters": characters, "findings": findings(error.findings)}
    fault = _FAULTS[str(error)]
    return shown_text(request, visit, row, original, draft=text, status=422, fault=fault, **told)
