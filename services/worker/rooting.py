"""Daily roots of the audit: made soon after midnight of Chengdu, and those that were missed, made up.

Beside the work on the inbox. Several workers may try at once: one of them makes a day's root, all export it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymongo.errors import PyMongoError

from services.log import FIELDS
from services.platform import Platform

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 300


@asynccontextmanager
async def rooting(platform: Platform) -> AsyncIterator[None]:
    """Look every few minutes whether a root is due, for as long as the block runs."""
    task = asyncio.create_task(_root(platform), name="rooting")
    try:
        yield
    finally:
        while not task.done():
            # The driver may swallow a cancellation while it waits for the network.
            task.cancel()
            await asyncio.wait([task], timeout=0.2)


async def _root(platform: Platform) -> None:
    while True:
        try:
            made = await platform.anchoring.make_due()
            written = await platform.anchoring.export(platform.settings.audit_folder)
            if made or written:
                told = {"made": len(made), "written": len(written)}
                logger.info("roots of the audit", extra={FIELDS: told})
        except (PyMongoError, OSError) as error:
            logger.warning("no root of the audit", extra={FIELDS: {"error": type(error).__name__}})
        await asyncio.sleep(_PERIOD_SECONDS)
