"""Sweeping of payloads: chunks that were stored for a version which was never committed.

Once a day, beside the work on the inbox; several workers may sweep at once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymongo.errors import PyMongoError

from fhir.store import Store
from services.log import FIELDS

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 86_400


@asynccontextmanager
async def sweeping(store: Store) -> AsyncIterator[None]:
    """Sweep now and then, for as long as the block runs."""
    task = asyncio.create_task(_sweep(store), name="sweeping")
    try:
        yield
    finally:
        while not task.done():
            # The driver may swallow a cancellation while it waits for the network.
            task.cancel()
            await asyncio.wait([task], timeout=0.2)


async def _sweep(store: Store) -> None:
    while True:
        try:
            removed = await store.sweep()
            logger.info("payloads swept", extra={FIELDS: {"removed": removed}})
        except PyMongoError as error:
            logger.warning("payloads can't be swept", extra={FIELDS: {"error": type(error).__name__}})
        await asyncio.sleep(_PERIOD_SECONDS)
