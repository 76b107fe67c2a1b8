"""Tallying: the hours that are over are counted, once a minute, beside the work on the inbox.

Several workers may: an hour counted twice is the same row.
"""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial

from services import tallies
from services.inbox import Inbox
from services.periodic import periodic
from services.sources import codes

_PERIOD_SECONDS = 60


def tallying(inbox: Inbox) -> AbstractAsyncContextManager[None]:
    """Count now and then, for as long as the block runs."""
    return periodic("tallies", partial(_tally, inbox), _PERIOD_SECONDS)


async def _tally(inbox: Inbox) -> None:
    known = await codes(inbox.collection.database)
    await tallies.keep(inbox, known, datetime.now(UTC))
