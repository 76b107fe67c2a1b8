"""Places: how many queries of one source, and of all, are under way at once in one process.

security-and-scale.md, line 39: who asks much waits for himself and holds up nobody's messages.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EACH, ALL, WAITING = 4, 16, 64


class FullError(Exception):
    """More of this source wait than may."""


class Places:
    """The places of one process."""

    def __init__(self, each: int = EACH, all: int = ALL, waiting: int = WAITING) -> None:
        self._each, self._most = each, waiting + each
        self._all = asyncio.Semaphore(all)
        self._sources: dict[str, tuple[asyncio.Semaphore, list[None]]] = {}

    @asynccontextmanager
    async def place(self, source: str) -> AsyncIterator[None]:
        """A place for one query of `source`, in the order of the calls; FullError where too many wait."""
        own, present = self._sources.setdefault(source, (asyncio.Semaphore(self._each), []))
        if len(present) >= self._most:
            raise FullError
        present.append(None)
        try:
            async with own, self._all:
                yield
        finally:
            present.pop()
            if not present:
                self._sources.pop(source, None)
