"""Sweeping of payloads: chunks that were stored for a version which was never committed.

Once a day, beside the work on the inbox; several workers may sweep at once.
"""

import logging
from contextlib import AbstractAsyncContextManager
from functools import partial

from fhir.store import Store
from services.log import FIELDS
from services.periodic import periodic

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 86_400


def sweeping(store: Store) -> AbstractAsyncContextManager[None]:
    """Sweep now and then, for as long as the block runs."""
    return periodic("sweeping", partial(_sweep, store), _PERIOD_SECONDS)


async def _sweep(store: Store) -> None:
    removed = await store.sweep()
    logger.info("payloads swept", extra={FIELDS: {"removed": removed}})
