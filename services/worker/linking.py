"""Record linkage beside the inbox: who was written is compared with the region, one after the other.

china.md, "Matching persons". Only the worker that holds the lease does it, so that two records of one person
that come at once meet.
"""

import logging
from contextlib import AbstractAsyncContextManager
from functools import partial

from fhir.store import Store
from services.log import FIELDS
from services.periodic import periodic
from services.worker.lease import Lease

logger = logging.getLogger("furong.worker")
_PERIOD_SECONDS = 0.5
_AT_ONCE = 50


def linking(store: Store, lease: Lease) -> AbstractAsyncContextManager[None]:
    """Link who waits, for as long as the block runs."""
    return periodic("record linkage", partial(link, store, lease), _PERIOD_SECONDS)


async def link(store: Store, lease: Lease | None = None) -> int:
    """Decide on all who wait; how many. What is postponed and due is open again."""
    done = 0
    await store.possible_matches.resume()
    while (lease is None or lease.held) and (rows := await store.linking.waiting(_AT_ONCE)):
        for row in rows:
            await store.linking.settle(row)
        done += len(rows)
    if done:
        logger.info("linked", extra={FIELDS: {"patients": done}})
    return done
