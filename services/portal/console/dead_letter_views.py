"""The pages of dead letters: the list, and what a steward does about one (checklist 63)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services import dead_letters
from services.dead_letters import Steward
from services.inbox import DEAD, Inbox
from services.portal.console import reach
from services.portal.console.message import line
from services.portal.console.message_views import found
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

_MOST, _LONGEST = 200, 500
_Act = Callable[[Visit, Inbox, dict[str, str]], Awaitable[Response]]


async def dead_letters_page(request: Request) -> Response:
    """All dead letters, the oldest first, page by page."""

    async def show(visit: Visit) -> Response:
        inbox, now = Inbox(visit.platform.store), datetime.now(UTC)
        after = {"_id": {"$gt": request.query_params.get("after", "")}}
        dead = {"state": DEAD} | await reach.narrowed(visit)
        rows = await inbox.oldest(dead | after, _MOST + 1)
        letters = [line(row, now) for row in rows[:_MOST]]
        total = await inbox.collection.count_documents(dead)
        return page(
            request,
            "console/templates/dead_letters.html",
            reader=visit.reader,
            letters=letters,
            total=total,
            more=letters[-1].id if len(rows) > _MOST else "",
            steward=visit.principal.role is Role.STEWARD,
        )

    readers = (Role.STEWARD, Role.OPERATOR)
    return await visited(request, readers, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def retry(request: Request, id: str) -> Response:
    """Try it again as it came."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        await dead_letters.retry(inbox, id, steward(visit))
        return see_other(f"/console/messages/{id}")

    return await acted(request, id, "retry", act)


async def send_again(request: Request, id: str) -> Response:
    """Send an application acknowledgement that nobody took once more; on to the message that it answers."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        row, _, _ = await found(visit, id)
        return see_other(f"/console/messages/{await dead_letters.send_again(inbox, row, steward(visit))}")

    return await acted(request, id, "sending again", act)


async def discard(request: Request, id: str) -> Response:
    """Leave it, for a reason."""

    async def act(visit: Visit, inbox: Inbox, form: dict[str, str]) -> Response:
        reason = form.get("reason", "").strip()[:_LONGEST]
        if not reason:
            raise Refusal(Fault.INVALID, "a reason is needed")
        await dead_letters.discard(inbox, id, reason, steward(visit))
        return see_other(f"/console/messages/{id}")

    return await acted(request, id, "discard", act)


def steward(visit: Visit) -> Steward:
    """Who does it."""
    return Steward(visit.principal.id, visit.principal.name)


async def acted(request: Request, id: str, what: str, act: _Act) -> Response:
    """Do it, recorded by name; what is no dead letter any more is left as it is."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"MessageHeader/{id}", reason=f"{what} of a dead letter")
        form = {name: str(value) for name, value in (await request.form()).items()}
        await found(visit, id)
        try:
            return await act(visit, Inbox(visit.platform.store), form)
        except dead_letters.Settled:
            raise Refusal(Fault.CONFLICT, "it is no dead letter any more") from None

    return await visited(
        request, (Role.STEWARD,), show, form=True, type="MessageHeader", interaction=Interaction.UPDATE
    )
