"""The pages of messages: those of a feed, the way of one, its text, and the search by a number."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.v2_to_fhir.conversion import Conversion
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services.inbox import DEAD, Inbox
from services.portal.console.editing import editable
from services.portal.console.message import converted, line, patients, text_of, trace
from services.portal.console.visible import lines
from services.portal.page import page
from services.portal.visit import Visit, visited
from services.sources import registered

_READERS, _STEWARD = (Role.STEWARD, Role.OPERATOR), (Role.STEWARD,)
_LIST = "console/templates/messages.html"
_MOST, _LONGEST = 50, 128


async def feed_page(request: Request, source: str) -> Response:
    """The newest messages of one source."""

    async def show(visit: Visit) -> Response:
        if source not in await registered(visit.platform.database):
            raise Refusal(Fault.NOT_FOUND, "no such source")
        rows = await Inbox(visit.platform.store).newest({"source": source}, _MOST)
        return _listed(request, visit, rows, source=source, searched=False)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def message_page(request: Request, id: str) -> Response:
    """The whole way of one message, without its words."""

    async def show(visit: Visit) -> Response:
        row, _, conversion = await found(visit, id)
        shown = trace(row, conversion, datetime.now(UTC))
        steward = visit.principal.role is Role.STEWARD
        model: dict[str, Any] = {"trace": shown, "steward": steward, "dead": row["state"] == DEAD}
        return page(request, "console/templates/message.html", reader=visit.reader, **model)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.READ)


async def text_page(request: Request, id: str) -> Response:
    """The text of one message, for the steward; the record says that it was looked at."""

    async def show(visit: Visit) -> Response:
        visit.note(reason="text of a message")
        row, text, _ = await found(visit, id)
        return shown_text(request, visit, row, text)

    return await visited(request, _STEWARD, show, type="MessageHeader", interaction=Interaction.READ)


def shown_text(
    request: Request, visit: Visit, row: dict[str, Any], text: str | None, fault: str = "", status: int = 200
) -> Response:
    """The page of a text, with the form to edit it where it is a dead letter."""
    model = {
        "line": line(row, datetime.now(UTC)),
        "lines": None if text is None else lines(text),
        "draft": editable(text) if row["state"] == DEAD and text is not None else None,
        "dead": row["state"] == DEAD,
        "fault": fault,
    }
    path = f"/console/messages/{row['_id']}/text"
    more = {} if request.method == "GET" else {"back": path}
    return page(request, "console/templates/text.html", status=status, reader=visit.reader, **model | more)


async def search_page(request: Request) -> Response:
    """The form of the search."""

    async def show(visit: Visit) -> Response:
        return _listed(request, visit, [], source="", searched=False)

    return await visited(request, _STEWARD, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def search(request: Request) -> Response:
    """Messages with a number that the steward typed: in no address, in no log, compared as a keyed hash."""

    async def show(visit: Visit) -> Response:
        number = str((await request.form()).get("number", "")).strip()[:_LONGEST]
        rows = await Inbox(visit.platform.store).numbered(number, _MOST) if number else []
        visit.note(patients=tuple(sorted({each for row in rows for each in patients(row, None)})))
        return _listed(request, visit, rows, source="", searched=True, back="/console/messages")

    return await visited(
        request, _STEWARD, show, form=True, type="MessageHeader", interaction=Interaction.SEARCH
    )


async def found(visit: Visit, id: str) -> tuple[dict[str, Any], str | None, Conversion | None]:
    """A row, its text and what it becomes today; named in the audit record with the patients it is about."""
    visit.note(entity=f"MessageHeader/{id}")
    platform = visit.platform
    inbox = Inbox(platform.store)
    row = await inbox.collection.find_one({"_id": id})
    if row is None:
        raise Refusal(Fault.NOT_FOUND, "no such message")
    registration = (await registered(platform.database)).get(row["source"])
    text = text_of(await inbox.raw(row), registration)
    conversion = converted(text, registration, platform.store.vault.identify)
    visit.note(patients=patients(row, conversion))
    return row, text, conversion


def _listed(request: Request, visit: Visit, rows: list[dict[str, Any]], **model: Any) -> Response:
    now = datetime.now(UTC)
    shown = [line(row, now) for row in rows]
    return page(request, _LIST, reader=visit.reader, messages=shown, most=_MOST, **model)
