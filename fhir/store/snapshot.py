"""Snapshot: several reads that see the store as it was at one moment.

MongoDB read concern "snapshot" with atClusterTime. Pages after the first are read at the time of the first,
so that what others write meanwhile moves no row across a page boundary.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bson.timestamp import Timestamp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import OperationFailure

from fhir.outcome import Fault, Refusal

_TOO_OLD = frozenset({239, 246})
"""SnapshotTooOld, SnapshotUnavailable."""


class Snapshot:
    """A moment of the store; `session` goes into each read."""

    def __init__(self, session: AsyncClientSession) -> None:
        self.session = session

    @property
    def time(self) -> tuple[int, int] | None:
        """The cluster time as (seconds, ordinal); None before the first read of a new snapshot."""
        moment: Timestamp | None = self.session._snapshot_time
        return None if moment is None else (moment.time, moment.inc)


@asynccontextmanager
async def snapshot(
    client: AsyncMongoClient[Any], at: tuple[int, int] | None = None
) -> AsyncIterator[Snapshot]:
    """The store as it is now, or as it was `at` a cluster time; a Refusal (410) where that is too old."""
    async with client.start_session(snapshot=True) as session:
        if at is not None:
            # PyMongo has no public way to continue a snapshot of an earlier session.
            session._snapshot_time = Timestamp(*at)  # type: ignore[assignment]
        try:
            yield Snapshot(session)
        except OperationFailure as error:
            if error.code in _TOO_OLD:
                raise Refusal(Fault.EXPIRED, "the page link has expired: search again") from None
            raise
