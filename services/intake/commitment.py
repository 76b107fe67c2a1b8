"""Commitment: waits until a message became FHIR, for sources that want AA only then (checklist 22).

All who wait share one look at the inbox. The wait is bounded: what is not processed by then is answered AR
207 "kept, not processed yet"; the same message sent again waits for the same row, and is not doubled.
"""

import asyncio
from collections import defaultdict

from services.inbox import RECEIVED, Inbox

_LOOK_SECONDS = 0.03


class Commitment:
    """What is waited for in one process."""

    def __init__(self, inbox: Inbox, seconds: float) -> None:
        self._inbox = inbox
        self._seconds = seconds
        self._awaited: dict[str, set[asyncio.Future[str]]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None

    async def state(self, id: str) -> str:
        """The state that the row `id` has left `received` for, or `received` when that took too long."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._awaited[id].add(future)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="commitment")
        try:
            async with asyncio.timeout(self._seconds):
                return await future
        except TimeoutError:
            return RECEIVED
        finally:
            self._forget(id, future)

    def _forget(self, id: str, future: asyncio.Future[str]) -> None:
        self._awaited[id].discard(future)
        if not self._awaited[id]:
            del self._awaited[id]

    async def _look(self) -> None:
        try:
            while self._awaited:
                states = await self._inbox.states(list(self._awaited))
                for id, state in states.items():
                    if state != RECEIVED:
                        self._tell(id, state)
                await asyncio.sleep(_LOOK_SECONDS)
        except Exception as error:  # whoever waits hears of it
            for futures in list(self._awaited.values()):
                for future in futures:
                    if not future.done():
                        future.set_exception(error)

    def _tell(self, id: str, state: str) -> None:
        for future in self._awaited.get(id, ()):
            if not future.done():
                future.set_result(state)
