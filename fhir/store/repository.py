"""The repository: create, read, update, delete and history of every resource type.

FHIR R4 3.1.0 (http.html) names the interactions; here is what they need of the database. Every read that
shows something takes a constraint; there is no default.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from pymongo import DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from fhir.access import Constraint
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, reference_of
from fhir.store.constraint import Filter, narrow, visible
from fhir.store.directory import shown, shown_all
from fhir.store.document import SENT, TOLD, Document, Draft, documents, read_all
from fhir.store.group_insert import GroupCommit
from fhir.store.group_read import GroupRead
from fhir.store.group_update import Together
from fhir.store.history import History, Reach, Span
from fhir.store.inheritance import TELLING
from fhir.store.keyset import NEWEST_FIRST, Order, beyond, sorting
from fhir.store.past import search_past
from fhir.store.projection import Projection
from fhir.store.reading_ahead import AT_ONCE, ahead
from fhir.store.referrers import referrers
from fhir.store.reindex import Reindexed, reindex, reindex_one
from fhir.store.rejudging import rejudge
from fhir.store.shelf import Shelf
from fhir.store.snapshot import Snapshot, live, lost
from fhir.store.stored import JUDGED, Stored
from fhir.store.transaction import Transaction
from fhir.store.transaction_room import Room
from fhir.store.vault import Vault

T = TypeVar("T")
_ATTEMPTS = 12
_RECENT = 16
_PATIENCE = 30.0
_FEWEST = 6
"""A transaction that always loses against others is given up after so many seconds and attempts."""
_DURABLE = WriteConcern(w="majority", j=True)


class Repository:
    """The collections `resources` (current versions) and `versions` (superseded ones)."""

    def __init__(
        self, database: AsyncDatabase[Document], vault: Vault, projections: Sequence[Projection]
    ) -> None:
        self._database = database
        self._current = database["resources"]
        self._versions = database["versions"]
        self._vault = vault
        self._commit = GroupCommit(self._current)
        self._rows = GroupRead(self._current, SENT)
        self._judged = GroupRead(self._current, JUDGED, {"deleted": False})
        self._together = Together(self._once, self._transact)
        self._history = History(database, vault)
        self._room = Room()
        self.shelf = Shelf(vault.keyed)
        self.projections = list(projections)

    async def read(self, type: str, id: str, constraint: Constraint) -> Stored | None:
        """The current version, a deletion included; None where it is unknown or hidden alike."""
        if (shipped := self.shelf.read(type, id)) is not None:
            return shipped if await visible(shipped.row, constraint) else None
        row = (await self._rows.read([f"{type}/{id}"])).get(f"{type}/{id}")
        if row is None or not await visible(row, constraint):
            return None
        return shown((await read_all([row], self._vault))[0], constraint)

    async def read_version(self, type: str, id: str, version: int, constraint: Constraint) -> Stored | None:
        """One version; None where it is unknown, or where it or the current one is hidden."""
        if version == 1 and self.shelf.read(type, id) is not None:
            return await self.read(type, id, constraint)
        row = await self._current.find_one({"_id": f"{type}/{id}"})
        if row is None or not await visible(row, constraint):
            return None
        if row["version"] != version:
            row = await self._versions.find_one({"_id": f"{type}/{id}/{version}"})
            if row is None or not await visible(row, constraint):
                return None
        return shown((await read_all([row], self._vault))[0], constraint) if row else None

    async def history(
        self,
        reach: Reach,
        id: str | None = None,
        *,
        since: datetime | None = None,
        at: tuple[datetime, datetime] | None = None,
        limit: int,
        after: Sequence[Any] | None = None,
        snapshot: Snapshot | None = None,
    ) -> list[Stored]:
        """At most `limit` versions, newest first: of one resource, of a type, or of several types.

        `since` and `at` (an interval `[from, to)`) are those of FHIR R4 3.1.0.11. A deletion is a version
        without content. What is hidden, by its own owner or by the present one, is not there.
        """
        if (shipped := self.shelf.versions(reach[0][0], id, since, at)) is not None:
            return shipped
        span, place = Span(since, at), None if after is None else tuple(after)
        rows = await live(
            snapshot,
            lambda session: self._history.page(reach, id, span, limit=limit, after=place, session=session),
        )
        constraints = dict(reach)
        return [shown(row, constraints[row.type]) for row in rows]

    async def history_count(
        self,
        reach: Reach,
        id: str | None = None,
        *,
        since: datetime | None = None,
        at: tuple[datetime, datetime] | None = None,
    ) -> int:
        """How many versions `history` shows in all."""
        if (shipped := self.shelf.versions(reach[0][0], id, since, at)) is not None:
            return len(shipped)
        return await self._history.count(reach, id, Span(since, at))

    async def search(
        self,
        filter: Filter,
        constraint: Constraint,
        *,
        order: Order = NEWEST_FIRST,
        limit: int,
        after: Sequence[Any] | None = None,
        snapshot: Snapshot | None = None,
    ) -> list[Stored]:
        """At most `limit` current resources in `order`; `after` is the `place` of the last row before.

        With `snapshot` as they were at that moment; whose they may be is what `constraint` says today.
        """
        found: list[Stored] = []
        place, wanted = after, limit
        while True:
            rows = await self._rows_of(filter, constraint, order, wanted, place, snapshot)
            read = await read_all(rows, self._vault, order)
            found += shown_all((each for each in read if not each.deleted), constraint)
            if limit == 0 or len(rows) < wanted or len(found) >= limit:
                break
            place, wanted = read[-1].place, limit - len(found)  # instead of those that do not open any more
        return await self.shelf.among(found, filter, constraint, order, limit, after)

    async def every(self, filter: Filter, constraint: Constraint, limit: int) -> list[Stored]:
        """At most `limit` current resources, in no order: MongoDB goes by the filter alone.

        They are to be told, not judged again: what a decision would look at stays with the database.
        """
        narrowed = await narrow(self._current, filter, constraint)
        read: list[Stored] = []
        async with aclosing(
            ahead(self._current.find(narrowed, TOLD, batch_size=AT_ONCE).limit(limit))
        ) as rows:
            async for some in rows:
                read += await read_all(some, self._vault, ())
        found = shown_all((each for each in read if not each.deleted), constraint)
        if len(found) < len(read) == limit:  # instead of those that do not open any more there may be others
            return await self.search(filter, constraint, order=(), limit=limit)
        return await self.shelf.among(found, filter, constraint, (), limit, None)

    async def _rows_of(
        self,
        filter: Filter,
        constraint: Constraint,
        order: Order,
        limit: int,
        after: Sequence[Any] | None,
        snapshot: Snapshot | None,
    ) -> list[Document]:
        narrowed = await narrow(self._current, filter, constraint)
        if after is not None:
            narrowed = {"$and": [narrowed, beyond(order, after)]}
        cursor = self._current.find(narrowed, SENT, session=_session(snapshot))
        try:
            return await cursor.sort(sorting(order)).limit(limit).to_list()
        except OperationFailure as error:
            if snapshot is None or not lost(error):
                raise
            return await search_past(
                self._database, self._vault, filter, constraint, snapshot.instant,
                order=order, limit=limit, after=after,
            )  # fmt: skip

    async def count(self, filter: Filter, constraint: Constraint) -> int:
        """How many current resources match and are visible."""
        stored = await self._current.count_documents(await narrow(self._current, filter, constraint))
        return stored + len(await self.shelf.found(filter, constraint))

    async def judged(self, references: Iterable[str]) -> dict[str, Document]:
        """What an access decision looks at, of each of `references` (`Type/id`) that exists undeleted."""
        wanted = list(references)
        return self.shelf.judged(wanted) | await self._judged.read(wanted)

    async def owned(self, session: AsyncClientSession, owner: str, token: str) -> list[Stored]:
        """The current resources of `owner` that are found under `token`, as the transaction of `session` sees
        them."""
        cursor = self._current.find({"owner": owner, "tokens": token, "deleted": False}, session=session)
        return await read_all(await cursor.to_list(), self._vault)

    async def earliest(self, references: Iterable[str], owners: Iterable[str]) -> datetime | None:
        """When the first version of any of `references` was written that belonged to any of `owners`."""
        return await self._history.earliest(references, owners)

    async def newest(self, types: Sequence[str]) -> list[tuple[str, int]]:
        """The references and versions last written among `types`, deletions included: what tells a change."""
        found = self._current.find({"type": {"$in": list(types)}}, {"version": True})
        rows = await found.sort("updated", DESCENDING).limit(_RECENT).to_list()
        return [(row["_id"], row["version"]) for row in rows]

    async def referrers(self, references: Iterable[str], limit: int = 1) -> list[Stored]:
        """At most `limit` current resources that refer to any of `references`, from whatever element."""
        return await read_all(await referrers(self._database, references, limit), self._vault)

    async def reindex(
        self,
        *,
        after: str | None = None,
        batch: int = 500,
        types: Sequence[str] = (),
        since: datetime | None = None,
    ) -> Reindexed:
        """Index the next `batch` current resources anew, without a new version, `after` where it stopped."""
        return await reindex(self._database, self._vault, after=after, batch=batch, types=types, since=since)

    async def rejudge(self, *, after: str | None = None, batch: int = 500) -> Reindexed:
        """Judge the next `batch` superseded versions by what is sensitive today, `after` where it stopped."""
        return await rejudge(self._database, self._vault, after=after, batch=batch)

    async def reindex_one(self, reference: str) -> Reindexed:
        """Index one current resource anew."""
        return await reindex_one(self._database, self._vault, reference)

    async def create(self, resource: Resource, *, recorder: str | None = None) -> Stored:
        """Store the first version of a resource with a new id, which the house `recorder` records."""
        reference = reference_of(resource)
        type = resource["resourceType"]
        if type in TELLING or any(type in projection.types for projection in self.projections):
            _, written = await self.together([reference], lambda tx: _create(tx, resource, recorder))
            return written[reference]
        draft = Draft(resource, 1, {}, self._vault, made="POST", recorder=recorder)
        (row,) = await documents([draft], self._vault)
        try:
            await self._commit.insert(row)
        except DuplicateKeyError:
            raise _taken() from None
        return draft.stored

    async def together(
        self, references: Sequence[str], work: Callable[[Transaction], Awaitable[T]]
    ) -> tuple[T, dict[str, Stored]]:
        """Run `work` in a transaction that it may share with others; its result, and what it wrote.

        `work` loads, puts and deletes `references` and nothing else, and does not flush; it may run several
        times. A Refusal is its own. Concurrent writes share commands and the commit (group commit).
        """
        result, transaction = await self._together.run(references, work)
        written = transaction.written
        return result, {each: written[each] for each in references if each in written}

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], *, size: int = 1) -> T:
        """Run `work` in one transaction and commit it; again from the start on a transient error.

        `work` may run several times, so it changes nothing but through the transaction. `size` tells how
        many resources it writes: large transactions wait for each other, since many at once would
        push each other out of the database's cache.
        """
        async with self._room.of(size):
            return (await self._transact(work))[0]

    async def _transact(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, Transaction]:
        """Whoever loses against another begins anew, on what the other one has written."""
        patient_until = time.monotonic() + _PATIENCE
        async with self._database.client.start_session() as session:
            for attempt in count(1):
                try:
                    return await self._attempt(session, work)
                except PyMongoError as error:
                    hopeless = attempt >= _FEWEST and time.monotonic() > patient_until
                    if hopeless or not _transient(error):
                        raise
                await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
        raise AssertionError("unreachable")

    async def _once(self, work: Callable[[Transaction], Awaitable[T]]) -> tuple[T, Transaction]:
        async with self._database.client.start_session() as session:
            return await self._attempt(session, work)

    async def _attempt(
        self, session: AsyncClientSession, work: Callable[[Transaction], Awaitable[T]]
    ) -> tuple[T, Transaction]:
        await session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=_DURABLE)
        try:
            transaction = Transaction(self._database, self._vault, session, self.projections)
            result = await work(transaction)
            await transaction.flush()
        except BaseException:
            await session.abort_transaction()
            raise
        await _commit(session)
        return result, transaction

    async def close(self) -> None:
        """Wait for what is under way."""
        for group in (self._commit, self._together, self._rows, self._judged):
            await group.close()


async def _commit(session: AsyncClientSession) -> None:
    """Commit; an unknown result is asked for again, since the commit may have taken place."""
    for attempt in range(_ATTEMPTS):
        try:
            return await session.commit_transaction()
        except PyMongoError as error:
            if attempt + 1 == _ATTEMPTS or not error.has_error_label("UnknownTransactionCommitResult"):
                raise
        await asyncio.sleep(min(1.0, 0.02 * 2**attempt))
    return None


async def _create(transaction: Transaction, resource: Resource, recorder: str | None) -> None:
    if await transaction.load([reference_of(resource)]):
        raise _taken()
    transaction.put(resource, posted=True, recorder=recorder)


def _taken() -> Refusal:
    return Refusal(Fault.CONFLICT, "the id is taken")


def _session(snapshot: Snapshot | None) -> AsyncClientSession | None:
    return None if snapshot is None else snapshot.session


def _transient(error: PyMongoError) -> bool:
    return (
        isinstance(error, DuplicateKeyError)
        or _duplicate(error)
        or error.has_error_label("TransientTransactionError")
    )


def _duplicate(error: PyMongoError) -> bool:
    details = getattr(error, "details", None) or {}
    return any(fault.get("code") == 11000 for fault in details.get("writeErrors", ()))
