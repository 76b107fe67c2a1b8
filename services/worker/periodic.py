"""Periodic work beside the inbox: one task, which a fault of the store does not end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from pymongo.errors import PyMongoError

from services.log import FIELDS

logger = logging.getLogger("furong.worker")


@asynccontextmanager
async def periodic(
    name: str, work: Callable[[], Awaitable[object]], seconds: float, first: float = 0.0
) -> AsyncIterator[None]:
    """Do `work` every so many seconds, for as long as the block runs; `first` is waited for."""
    task = asyncio.create_task(_repeat(name, work, seconds, first), name=name)
    try:
        yield
    finally:
        while not task.done():
            # The driver may swallow a cancellation while it waits for the network.
            task.cancel()
            await asyncio.wait([task], timeout=0.2)


async def _repeat(name: str, work: Callable[[], Awaitable[object]], seconds: float, first: float) -> None:
    await asyncio.sleep(first)
    while True:
        try:
            await work()
        except (PyMongoError, OSError) as error:
            logger.warning("not done", extra={FIELDS: {"work": name, "error": type(error).__name__}})
        except Exception:
            logger.exception("periodic work failed", extra={FIELDS: {"work": name}})
        await asyncio.sleep(seconds)
