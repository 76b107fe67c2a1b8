"""Load: connections that ask again as soon as they are answered, for a bounded time after a warm-up.

A closed loop: the rate is what the platform can do, and latency grows with the number of connections. What
was begun is waited for and counted, so that a rate is of long turns too.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.performance.connection import Connection, Reply
from tests.performance.figure import Tally

Check = Callable[[Reply], str | None]
"""What is wrong with a reply, in words without data; None where it is right."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds before the measuring and of it."""

    warm_up: float
    seconds: float


class Session:
    """A connection whose exchanges are checked and tallied."""

    def __init__(self, port: int, tally: Tally | None = None) -> None:
        self._connection = Connection(port)
        self._tally = Tally() if tally is None else tally

    async def exchange(
        self, data: bytes, check: Check, units: int = 1, part: Tally | None = None
    ) -> Reply | None:
        """The reply, or None where there was none or it was wrong; the check's time is not the platform's.

        `part` counts it as well: the exchanges of one kind among several.
        """
        started = time.perf_counter()
        try:
            reply = await self._connection.exchange(data)
        except ConnectionError as error:
            self._tally.note(started, time.perf_counter(), f"no reply ({error})")
            await asyncio.sleep(0.05)
            return None
        finished = time.perf_counter()
        problem = check(reply)
        self._tally.note(started, finished, problem, units)
        if part is not None:
            part.note(started, finished, problem, units)
        return reply if problem is None else None

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


async def repeat(turns: Sequence[Callable[[], Awaitable[None]]], seconds: float) -> float:
    """Each of `turns` over and over, all at once, none begun after `seconds`; the time until all ended."""
    began = time.perf_counter()

    async def over_and_over(turn: Callable[[], Awaitable[None]]) -> None:
        while time.perf_counter() < began + seconds:
            await turn()

    await asyncio.gather(*(over_and_over(turn) for turn in turns))
    return time.perf_counter() - began
