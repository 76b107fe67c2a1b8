"""Room for large transactions: so many resources may be under way at once in one process.

MongoDB keeps what an open transaction has written in its cache; several large ones at once push each other
out and are rolled back, all of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LARGE = 200
"""Resources of a transaction that has to ask for room; smaller ones never wait."""
MOST = 4_000


class Room:
    """First come, first served; who is larger than the whole room has it alone."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._left = asyncio.Condition()
        self._used = 0

    @asynccontextmanager
    async def of(self, size: int) -> AsyncIterator[None]:
        """Room for `size` resources, for as long as the block runs."""
        if size < LARGE:
            yield
            return
        async with self._turn, self._left:
            await self._left.wait_for(lambda: self._used == 0 or self._used + size <= MOST)
            self._used += size
        try:
            yield
        finally:
            async with self._left:
                self._used -= size
                self._left.notify_all()
