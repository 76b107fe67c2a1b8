"""The console's page of feeds: every registered source, in counts (checklist 63 and 66 of the feed)."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services import rhythm
from services.inbox import DEAD, RECEIVED, Inbox
from services.portal.console.presenters import Feed, feed
from services.portal.console.quality import quality
from services.portal.page import page
from services.portal.record.moment import CHENGDU
from services.portal.visit import Visit, visited
from services.sources import registered

_READERS = (Role.STEWARD, Role.OPERATOR)


async def feeds_page(request: Request) -> Response:
    """All sources by their code."""

    async def show(visit: Visit) -> Response:
        platform, now = visit.platform, datetime.now(CHENGDU)
        inbox = Inbox(platform.store)
        lines = [await _feed(inbox, code, now) for code in sorted(await registered(platform.database))]
        return page(request, "console/templates/feeds.html", reader=visit.reader, feeds=lines)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def _feed(inbox: Inbox, code: str, now: datetime) -> Feed:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return feed(
        code,
        now,
        last=await inbox.latest(code),
        today=await inbox.since(code, midnight),
        hour=await inbox.since(code, now - timedelta(hours=1)),
        waiting=await inbox.held(RECEIVED, code),
        dead=await inbox.held(DEAD, code),
        silent=await rhythm.silent(inbox, code, now),
        codes=await rhythm.codes(inbox, code, now - rhythm.DAY),
        quality=quality(await rhythm.sample(inbox, code, now - rhythm.DAY)),
    )
