"""The page of a message's text, which only stewards see; of a dead letter with the form to edit it."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services.inbox import DEAD, REPLY
from services.portal.console.editing import editable, fields, is_place
from services.portal.console.message import line
from services.portal.console.message_views import found
from services.portal.console.visible import lines
from services.portal.page import page
from services.portal.visit import Visit, visited


async def text_page(request: Request, id: str) -> Response:
    """The text of one message; the record says that it was looked at."""

    async def show(visit: Visit) -> Response:
        visit.note(reason="text of a message")
        row, text, _ = await found(visit, id)
        return shown_text(request, visit, row, text)

    return await visited(request, (Role.STEWARD,), show, type="MessageHeader", interaction=Interaction.READ)


def shown_text(
    request: Request,
    visit: Visit,
    row: dict[str, Any],
    text: str | None,
    *,
    draft: str | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of a text; `draft`: as it is edited so far, and `more` that the template says of it."""
    shown = line(row, datetime.now(UTC))
    current, open_ = text if draft is None else draft, row["state"] == DEAD and row.get("peer") != REPLY
    model: dict[str, Any] = {
        "line": shown,
        "charset": row["charset"],
        "lines": None if text is None else lines(text),
        "fields": fields(current or ""),
        "dead": open_,
        "draft": editable(current) if open_ and current is not None else None,
        "lost": None if open_ or draft is None else editable(draft),
        "fault": "",
        "done": "",
        "characters": (),
        "findings": (),
        "trial": None,
        "place": next(filter(is_place, shown.places), ""),
        "value": "",
    }
    back = {} if request.method in ("GET", "HEAD") else {"back": f"/console/messages/{row['_id']}/text"}
    template = "console/templates/text.html"
    return page(request, template, status=status, reader=visit.reader, **model | back | more)
