"""Snapshot: several reads that see the store as it was at one moment.

MongoDB read concern "snapshot" with atClusterTime. Pages after the first are read at the time of the first,
so that what others write meanwhile moves no row across a page boundary.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from bson.timestamp import Timestamp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import OperationFailure

from fhir.outcome import Fault, Refusal
from fhir.store.document import now

T = TypeVar("T")
_TOO_OLD = frozenset({239, 246})
"""SnapshotTooOld; SnapshotUnavailable (a mongod 6.0 that was restarted since)."""


class Snapshot:
    """A moment of the store; `session` goes into each read. `instant` is the same moment by our own clock."""

    def __init__(self, session: AsyncClientSession, instant: datetime) -> None:
        self.session = session
        self.instant = instant

    @property
    def time(self) -> tuple[int, int] | None:
        """The cluster time as (seconds, ordinal); None before the first read of a new snapshot."""
        moment: Timestamp | None = self.session._snapshot_time
        return None if moment is None else (moment.time, moment.inc)


def lost(error: OperationFailure) -> bool:
    """Is the snapshot that was asked for one that MongoDB does not have any more?"""
    return error.code in _TOO_OLD


@asynccontextmanager
async def snapshot(
    client: AsyncMongoClient[Any], at: tuple[int, int] | None = None, instant: datetime | None = None
) -> AsyncIterator[Snapshot]:
    """The store as it is now, or as it was `at` a cluster time; a Refusal (410) where that is too old."""
    async with client.start_session(snapshot=True) as session:
        if at is not None:
            # PyMongo has no public way to continue a snapshot of an earlier session.
            session._snapshot_time = Timestamp(*at)  # type: ignore[assignment]
        try:
            yield Snapshot(session, instant or now())
        except OperationFailure as error:
            if lost(error):
                raise Refusal(Fault.EXPIRED, "the page link has expired: search again") from None
            raise


async def live(moment: Snapshot | None, read: Callable[[AsyncClientSession | None], Awaitable[T]]) -> T:
    """`read` at a moment; as it is today where the moment is lost, for rows whose place never changes."""
    try:
        return await read(None if moment is None else moment.session)
    except OperationFailure as error:
        if moment is None or not lost(error):
            raise
    return await read(None)
