"""Pressure: how full the queue of received messages is, and what senders feel of it (checklist 65).

Above half of the high-water mark messages are taken more slowly, one after the other; at the mark they are
answered AR (CE in enhanced mode) with code 207 and not kept, until a tenth of the queue is worked off.
"""

import asyncio
import contextlib
import time

from pymongo.errors import PyMongoError

from services.inbox import RECEIVED, Inbox

_FRESH_SECONDS = 1.0
_SLOWEST_SECONDS = 0.05
_HALF, _RESUMED = 0.5, 0.9


class Pressure:
    """The pressure on one process; `high` messages may wait."""

    def __init__(self, inbox: Inbox, high: int) -> None:
        self._inbox = inbox
        self._high = high
        self._looked = 0.0
        self._level = 0.0
        self._turn = asyncio.Lock()
        self.full = False

    async def ease(self) -> None:
        """Return at once, or after a pause where many messages wait; in the order of the calls."""
        if self._level > _HALF or self._turn.locked():
            async with self._turn:
                await asyncio.sleep(_SLOWEST_SECONDS * min(1.0, 2 * self._level - 1))

    async def look(self) -> None:
        """Count anew, unless that was done a moment ago."""
        if time.monotonic() - self._looked < _FRESH_SECONDS:
            return
        self._looked = time.monotonic()
        waiting = await self._inbox.collection.count_documents({"state": RECEIVED}, limit=self._high + 1)
        self._level = waiting / self._high
        self.full = self._level >= (_RESUMED if self.full else 1.0)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            # A store that is down is told to the senders by the next insert.
            with contextlib.suppress(PyMongoError):
                await self.look()
            await asyncio.sleep(_FRESH_SECONDS)
