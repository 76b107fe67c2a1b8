"""Tallying: the hours that are over are counted, once a minute, beside the work on the inbox.

Several workers may: an hour counted twice is the same row.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from pymongo.errors import PyMongoError

from services import tallies
from services.inbox import Inbox
from services.log import FIELDS
from services.sources import registered

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 60


@asynccontextmanager
async def tallying(inbox: Inbox) -> AsyncIterator[None]:
    """Count now and then, for as long as the block runs."""
    task = asyncio.create_task(_follow(inbox), name="tallies")
    try:
        yield
    finally:
        while not task.done():
            # The driver may swallow a cancellation while it waits for the network.
            task.cancel()
            await asyncio.wait([task], timeout=0.2)


async def _follow(inbox: Inbox) -> None:
    while True:
        try:
            sources = await registered(inbox.collection.database, overlaid=False)
            await tallies.keep(inbox, sources.keys(), datetime.now(UTC))
        except PyMongoError as error:
            logger.warning("hours can't be counted", extra={FIELDS: {"error": type(error).__name__}})
        await asyncio.sleep(_PERIOD_SECONDS)
