"""Budget: the bytes of messages that all connections of a listener hold in memory together.

HL7 MLLP Release 1 sets no limit. Who needs more than is left waits, in order, and so does its sender. One
connection at a time may go beyond the limit by its own message, so that messages which are half read never
wait for each other: what is held is at most the limit and the largest messages of one connection.
"""

import asyncio
from collections import deque


class Budget:
    """`limit` bytes for many connections."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[tuple[Share, int, asyncio.Future[None]]] = deque()
        self._favoured: Share | None = None
        self.used = 0

    async def claim(self, share: "Share", count: int) -> None:
        """Return once `count` more bytes may be held."""
        if share is self._favoured or (not self._waiting and self.used + count <= self._limit):
            self.used += count
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((share, count, granted))
        self._serve()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self.release(count)
            raise

    def release(self, count: int) -> None:
        """So many bytes are held no more."""
        self.used -= count
        if self.used <= self._limit:
            self._favoured = None
        self._serve()

    def forget(self, share: "Share") -> None:
        """A connection ended."""
        if self._favoured is share:
            self._favoured = None
        self._serve()

    def _serve(self) -> None:
        while self._waiting:
            share, count, granted = self._waiting[0]
            if not granted.done():
                beyond = self.used + count > self._limit
                if beyond and self._favoured is not None:
                    return
                if beyond:
                    self._favoured = share
                self.used += count
                granted.set_result(None)
            self._waiting.popleft()


class Share:
    """What one connection holds of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._held = 0

    async def claim(self, count: int) -> None:
        """Return once `count` more bytes may be held."""
        await self._budget.claim(self, count)
        self._held += count

    def give_back(self, count: int) -> None:
        """So many bytes are held no more."""
        count = min(count, self._held)
        self._held -= count
        self._budget.release(count)

    def keep(self, count: int) -> None:
        """Hold `count` bytes at most."""
        self.give_back(max(0, self._held - count))
        if not count:
            self._budget.forget(self)
