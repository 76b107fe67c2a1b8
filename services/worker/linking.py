"""Record linkage beside the inbox: who was written is compared with the region, one after the other.

china.md, "Matching persons". Only the worker that holds the lease does it, so that two records of one person
that come at once meet. While messages wait it gives way to them: a result has to be seen first.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from pymongo.errors import PyMongoError

from fhir.store import Store
from services.log import FIELDS
from services.periodic import periodic
from services.worker.lease import Lease

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 0.5
_AT_ONCE = 50
_GIVES_WAY = 6.0
"""While messages wait, linkage rests so many times as long as it has worked."""
Busy = Callable[[], bool]


def linking(store: Store, lease: Lease, busy: Busy) -> AbstractAsyncContextManager[None]:
    """Link who waits, for as long as the block runs; `busy` says whether messages wait."""
    return periodic("record linkage", partial(link, store, lease, busy), _PERIOD_SECONDS)


async def link(store: Store, lease: Lease | None = None, busy: Busy = lambda: False) -> int:
    """Decide on all who wait; how many. What is postponed and due is open again."""
    done = 0
    await store.possible_matches.resume()
    while (lease is None or lease.held) and (rows := await store.linking.waiting(_AT_ONCE)):
        for row in rows:
            began = time.monotonic()
            await _settle(store, row)
            if busy():
                await asyncio.sleep(_GIVES_WAY * (time.monotonic() - began))
        done += len(rows)
    if done:
        logger.info("linked", extra={FIELDS: {"patients": done}})
    return done


async def _settle(store: Store, row: dict[str, Any]) -> None:
    """Decide on one; one that can't be decided waits on, and is in the log."""
    try:
        await store.linking.settle(row)
    except PyMongoError:
        raise
    except Exception as error:
        logger.error("record linkage failed of one Patient", extra={FIELDS: {"error": type(error).__name__}})
        await store.linking.put_off(row)
