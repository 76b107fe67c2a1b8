"""Garbage of a server that answers: looked for between two answers, not in the middle of one.

A page of two thousand results makes fifty thousand objects, and its template holds them in a cycle. Python
looks for cycles by the number of new objects: in the middle of the page, with everything still in use (30 to
60 ms of 200), and again until what the page before left is gone. Right after an answer nearly all is dead.
"""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from services.periodic import periodic

IN_AN_ANSWER = 500_000
"""New objects at which Python looks by itself: what only the largest answers come to."""
YOUNG = 5_000
"""New objects after an answer from which on looking pays; a search leaves none."""
BUSY = 100_000
"""The same while another answer is being made: its objects are in use, and would be looked at in vain."""
OFTEN = 20
"""Every so many times what outlived a former look is looked at too."""
ALL_SECONDS = 600.0


@asynccontextmanager
async def between_answers() -> AsyncIterator[None]:
    """Look after answers, as long as the block runs; the application is wrapped in `Tidied`."""
    before = gc.get_threshold()
    gc.set_threshold(IN_AN_ANSWER, OFTEN, OFTEN)
    try:
        async with periodic("garbage", _all, ALL_SECONDS, ALL_SECONDS):
            yield
    finally:
        gc.set_threshold(*before)


def tidy(enough: int = YOUNG) -> None:
    """Look at what is new, where there is more of it than `enough` objects."""
    young, middle, _ = gc.get_count()
    if young > enough:
        gc.collect(int(middle > OFTEN))


async def _all() -> None:
    """At everything but what was there at the start."""
    gc.collect()


class Tidied:
    """ASGI middleware: tidies after each answer, when it is on its way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answering = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; the life of the application is none."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        self._answering += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answering -= 1
            asyncio.get_running_loop().call_soon(tidy, BUSY if self._answering else YOUNG)
