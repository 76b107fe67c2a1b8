"""Even time: what can't be found is answered after whole steps of time.

Hidden and unknown must not be told apart by the clock either (security-and-scale.md, line 13): what is hidden
takes some milliseconds longer to find, so its 404 waits until the next step, and so does that of what is not
there; in a batch too. Whoever sees the whole region does not wait.
"""

import asyncio
import time

from starlette.datastructures import State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fhir.resource import Resource
from services.steps_of_time import STEP, left

_UNFOUND = "unfound"


class Even:
    """ASGI middleware around all that answers 404, or of which a part does (`partly`)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def answer(message: Message) -> None:
            state, begins = scope["state"], message["type"] == "http.response.start"
            unfound = begins and (message["status"] == 404 or state.get(_UNFOUND))
            if unfound and not state.get("regional"):
                await asyncio.sleep(left(time.monotonic() - started, STEP))
            await send(message)

        await self._app(scope, receive, answer)


def partly(state: State, bundle: Resource) -> None:
    """Note with a request that an entry of its answer, a Bundle, is a 404, if one is."""
    statuses = (each.get("response", {}).get("status", "") for each in bundle.get("entry", ()))
    setattr(state, _UNFOUND, any(status.startswith("404") for status in statuses))
