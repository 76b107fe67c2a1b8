"""Even time: what can't be found is answered after whole steps of time.

Hidden and unknown must not be told apart by the clock either (security-and-scale.md, line 13): what is hidden
takes some milliseconds longer to find, so its 404 waits until the next step, and so does that of what is not
there. Whoever sees the whole region does not wait.
"""

import asyncio
import math
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

STEP = 0.05
"""Seconds: several times what any of the two takes."""


class Even:
    """ASGI middleware around all that answers 404."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def answer(message: Message) -> None:
            not_found = message["type"] == "http.response.start" and message["status"] == 404
            if not_found and not scope["state"].get("regional"):
                await asyncio.sleep(left(time.monotonic() - started, STEP))
            await send(message)

        await self._app(scope, receive, answer)


def left(elapsed: float, step: float) -> float:
    """How many seconds until the end of the step in which `elapsed` lies."""
    return max(0.0, step * math.ceil(elapsed / step) - elapsed)
