"""Work beside a block: endless tasks that end with it, and work that is done again every so many seconds."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from pymongo.errors import PyMongoError

from fhir.outcome import Refusal
from fhir.store.parameters import passed
from services.log import FIELDS

logger = logging.getLogger("furong.periodic")
_PATIENCE_SECONDS = 1.0


@asynccontextmanager
async def periodic(
    name: str, work: Callable[[], Awaitable[object]], seconds: float, first: float = 0.0
) -> AsyncIterator[None]:
    """Do `work` every so many seconds, for as long as the block runs; `first` is waited for.

    A fault of the store does not end it. What is under way at the end of the block may end by itself first: a
    cancelled driver leaves the connection behind that it was just opening.
    """
    over = asyncio.Event()
    task = asyncio.create_task(_repeat(name, work, seconds, first, over), name=name)
    try:
        yield
    finally:
        over.set()
        await asyncio.wait([task], timeout=_PATIENCE_SECONDS)
        await ended([task])


@asynccontextmanager
async def running(*endless: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run some endless coroutines beside the block."""
    tasks = [asyncio.create_task(each) for each in endless]
    try:
        yield
    finally:
        await ended(tasks)


async def ended(tasks: Collection[asyncio.Task[None]]) -> None:
    """End tasks; the driver may swallow a cancellation while it waits for the network."""
    while waiting := [task for task in tasks if not task.done()]:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=0.2)


async def _repeat(
    name: str, work: Callable[[], Awaitable[object]], seconds: float, first: float, over: asyncio.Event
) -> None:
    done = await passed(over, first)
    while not done:
        try:
            await work()
        except (PyMongoError, OSError, Refusal) as error:
            logger.warning("not done", extra={FIELDS: {"work": name, "error": type(error).__name__}})
        except Exception:
            logger.exception("periodic work failed", extra={FIELDS: {"work": name}})
        done = await passed(over, seconds)
