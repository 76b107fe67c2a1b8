"""The pages of messages: those of a feed, the way of one, and the search by a number."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.map_version import map_version
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services import overlays
from services.concept_maps import ConceptMaps
from services.inbox import REPLY, Inbox
from services.portal.console import reach
from services.portal.console.maps import version_at
from services.portal.console.message import Reading, converted, line, patients, text_of, trace
from services.portal.page import page
from services.portal.path_segment import decode
from services.portal.visit import Visit, visited
from services.sources import Registration, taken

_READERS, _STEWARD = (Role.STEWARD, Role.OPERATOR), (Role.STEWARD,)
_LIST = "console/templates/messages.html"
_MOST, _LONGEST = 50, 128


async def feed_page(request: Request, source: str) -> Response:
    """The newest messages of one source."""
    source = decode(source)

    async def show(visit: Visit) -> Response:
        if source not in await reach.sources(visit):
            raise Refusal(Fault.NOT_FOUND, "no such source")
        rows = await Inbox(visit.platform.store).newest({"source": source}, _MOST)
        return _listed(request, visit, rows, source=source, searched=False)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def message_page(request: Request, id: str) -> Response:
    """The whole way of one message, without its words."""

    async def show(visit: Visit) -> Response:
        row, _, conversion = await found(visit, id)
        shown = trace(row, conversion, datetime.now(UTC), await _reading(visit, row))
        model: dict[str, Any] = {
            "trace": shown,
            "steward": visit.principal.role is Role.STEWARD,
            "answers": await _answered(visit, row),
        }
        return page(request, "console/templates/message.html", reader=visit.reader, **model)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.READ)


async def search_page(request: Request) -> Response:
    """The form of the search."""

    async def show(visit: Visit) -> Response:
        return _listed(request, visit, [], source="", searched=False)

    return await visited(request, _STEWARD, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def search(request: Request) -> Response:
    """Messages with a number that the steward typed: in no address, in no log, compared as a keyed hash."""

    async def show(visit: Visit) -> Response:
        number = str((await request.form()).get("number", "")).strip()[:_LONGEST]
        mine = await reach.narrowed(visit)
        rows = await Inbox(visit.platform.store).numbered(number, _MOST, mine) if number else []
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
        raise Refusal(Fault.NOT_FOUND, "no such message or source")
    await reach.check(visit, row["source"])
    registration = await _registration(visit, row["source"])
    text = text_of(await inbox.raw(row), registration)
    conversion = converted(text, registration, platform.store.vault.identify)
    visit.note(patients=patients(row, conversion))
    return row, text, conversion


async def _registration(visit: Visit, code: str) -> Registration | None:
    """How the messages of a source are read today, by its overlay and its ConceptMaps."""
    platform = visit.platform
    known = await taken(platform.database, code, platform.store.vault.identify)
    return known and replace(known, source=await ConceptMaps(platform.store).on(known.source))


async def _reading(visit: Visit, row: dict[str, Any]) -> Reading | None:
    """By which maps it was read; None where it was not yet, or before that was kept."""
    registration = await _registration(visit, row["source"])
    if "maps" not in row:
        return None
    history = await overlays.history(visit.platform.database, row["source"])
    overlay = version_at(history, row["processed"].replace(tzinfo=UTC))
    today = registration is not None and row["maps"] == map_version(registration.source)
    return Reading(row["maps"], overlay, today)


async def _answered(visit: Visit, row: dict[str, Any]) -> str:
    """Of an application acknowledgement among the dead letters, the message that it answers."""
    if row.get("peer") != REPLY:
        return ""
    message = await Inbox(visit.platform.store).replied(row["source"], row["control_id"])
    return str(message["_id"]) if message else ""


def _listed(request: Request, visit: Visit, rows: list[dict[str, Any]], **model: Any) -> Response:
    now = datetime.now(UTC)
    shown = [line(row, now) for row in rows]
    return page(request, _LIST, reader=visit.reader, messages=shown, most=_MOST, **model)
