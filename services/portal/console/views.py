"""The console's page of feeds: every source, in counts (checklist 63 and 66 of the feed)."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.summary.moment import CHENGDU
from services import rhythm, tallies
from services.inbox import DEAD, RECEIVED, Inbox
from services.portal.console import reach
from services.portal.console.presenters import Feed, feed
from services.portal.console.quality import quality
from services.portal.page import page
from services.portal.visit import Visit, visited
from services.tallies import Tally

_READERS = (Role.STEWARD, Role.OPERATOR)
_NONE = (0, None)


async def feeds_page(request: Request) -> Response:
    """All sources, those with an alarm first, then by their code."""

    async def show(visit: Visit) -> Response:
        platform, now = visit.platform, datetime.now(CHENGDU)
        feeds = await _feeds(Inbox(platform.store), await reach.sources(visit), now)
        return page(request, "console/templates/feeds.html", reader=visit.reader, feeds=feeds)

    return await visited(request, _READERS, show, type="MessageHeader", interaction=Interaction.SEARCH)


async def _feeds(inbox: Inbox, known: list[str], now: datetime) -> list[Feed]:
    """A handful of queries, however many sources there are."""
    held, last, hour, told = await asyncio.gather(
        inbox.held((RECEIVED, DEAD)),
        rhythm.latest(inbox, known),
        rhythm.since(inbox, known, now - timedelta(hours=1)),
        tallies.of_a_day(inbox, frozenset(known), now),
    )
    silent = await rhythm.silent(inbox, last, now)
    by_source: dict[str, list[Tally]] = {code: [] for code in known}
    for tally in told:
        by_source[tally.source].append(tally)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    feeds = [
        feed(
            code,
            now,
            last=last.get(code),
            today=sum(tally.messages for tally in own if tally.hour >= midnight),
            hour=hour.get(code, 0),
            waiting=held.get((RECEIVED, code), _NONE),
            dead=held.get((DEAD, code), _NONE),
            silent=code in silent,
            codes=_codes(own),
            quality=quality(own),
        )
        for code, own in by_source.items()
    ]
    return sorted(feeds, key=lambda one: not one.alarming)


def _codes(told: list[Tally]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for tally in told:
        counted[tally.code] += tally.messages
    return {code: counted[code] for code in sorted(counted) if code}
