"""The repository: create, read, update, delete and history of every resource type.

FHIR R4 3.1.0 (http.html) names the interactions; here is what they need of the database. Every read that
shows something takes a constraint; there is no default.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from fhir.access import Constraint
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store.constraint import Filter, narrow
from fhir.store.document import Document, Draft, read_all
from fhir.store.group_commit import GroupCommit
from fhir.store.keyset import NEWEST_FIRST, Order, beyond, sorting
from fhir.store.projection import Projection
from fhir.store.snapshot import Snapshot
from fhir.store.stored import Stored
from fhir.store.transaction import Transaction
from fhir.store.vault import Vault

T = TypeVar("T")
_ATTEMPTS = 12
_SHOWN = dict.fromkeys(("tokens", "dates", "values", "texts", "position", "labels", "memory"), False)
"""Three quarters of a row serve the index and the feed; a reader needs none of them."""
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
        self.projections = list(projections)

    async def read(self, type: str, id: str, constraint: Constraint) -> Stored | None:
        """The current version, a deletion included; None where it is unknown or hidden alike."""
        row = await self._current.find_one({"_id": f"{type}/{id}"}, _SHOWN)
        if row is None or not await _visible(row, constraint):
            return None
        return (await read_all([row], self._vault))[0]

    async def read_version(self, type: str, id: str, version: int, constraint: Constraint) -> Stored | None:
        """One version; None where it is unknown, or where it or the current one is hidden."""
        row = await self._current.find_one({"_id": f"{type}/{id}"})
        if row is None or not await _visible(row, constraint):
            return None
        if row["version"] != version:
            row = await self._versions.find_one({"_id": f"{type}/{id}/{version}"})
            if row is None or not await _visible(row, constraint):
                return None
        return (await read_all([row], self._vault))[0] if row else None

    async def history(self, type: str, id: str, constraint: Constraint, limit: int) -> list[Stored]:
        """The versions of one resource, newest first; empty where it is unknown or hidden."""
        row = await self._current.find_one({"_id": f"{type}/{id}"})
        if row is None or not await _visible(row, constraint):
            return []
        older = self._versions.find({"reference": row["_id"], "version": {"$lt": row["version"]}})
        rows = await older.sort("version", DESCENDING).limit(limit).to_list()
        visible = [each for each in rows if await _visible(each, constraint)]
        return await read_all([row, *visible], self._vault)

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
        narrowed = await narrow(self._current, filter, constraint)
        if after is not None:
            narrowed = {"$and": [narrowed, beyond(order, after)]}
        cursor = self._current.find(narrowed, _SHOWN, session=_session(snapshot))
        rows = await cursor.sort(sorting(order)).limit(limit).to_list()
        return await read_all(rows, self._vault, order)

    async def count(self, filter: Filter, constraint: Constraint) -> int:
        """How many current resources match and are visible."""
        return await self._current.count_documents(await narrow(self._current, filter, constraint))

    async def owners(self, references: Iterable[str]) -> dict[str, str]:
        """The owner of each of `references` (`Type/id`) that exists and is not deleted."""
        filter = {"_id": {"$in": list(references)}, "deleted": False}
        return {row["_id"]: row["owner"] async for row in self._current.find(filter, {"owner": True})}

    async def everything(
        self,
        owners: Sequence[str],
        types: Sequence[str],
        *,
        limit: int,
        after: str | None = None,
        snapshot: Snapshot | None = None,
    ) -> list[Stored]:
        """At most `limit` current resources that belong to `owners`, by reference."""
        filter: Filter = {"owner": {"$in": list(owners)}, "tokens": {"$in": list(types)}}
        if after is not None:
            filter["_id"] = {"$gt": after}
        cursor = self._current.find(filter, _SHOWN, session=_session(snapshot))
        rows = await cursor.sort("_id", ASCENDING).limit(limit).to_list()
        return await read_all(rows, self._vault, ())

    async def create(self, resource: Resource) -> Stored:
        """Store the first version of a resource with a new id."""
        if any(resource["resourceType"] in projection.types for projection in self.projections):
            return await self.transact(lambda tx: _create(tx, resource))
        draft = Draft(resource, 1, {}, self._vault)
        await self._vault.prepare([draft.owner])
        try:
            await self._commit.insert(draft.document(self._vault))
        except DuplicateKeyError:
            raise Refusal(Fault.CONFLICT, "the id is taken") from None
        return draft.stored

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it; again from the start on a transient error.

        `work` may run several times, so it changes nothing but through the transaction.
        """
        async with self._database.client.start_session() as session:
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    return await self._attempt(session, work)
                except PyMongoError as error:
                    if attempt == _ATTEMPTS or not _transient(error):
                        raise
                await asyncio.sleep(random.uniform(0, 0.005 * 2 ** min(attempt, 6)))
        raise AssertionError("unreachable")

    async def _attempt(self, session: AsyncClientSession, work: Callable[[Transaction], Awaitable[T]]) -> T:
        await session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=_DURABLE)
        try:
            transaction = Transaction(self._database, self._vault, session, self.projections)
            result = await work(transaction)
            await transaction.flush()
        except BaseException:
            await session.abort_transaction()
            raise
        await _commit(session)
        return result

    async def close(self) -> None:
        """Wait for the writes that are under way."""
        await self._commit.close()


async def _commit(session: AsyncClientSession) -> None:
    """Commit; an unknown result is asked for again, since the commit may have taken place."""
    for attempt in range(_ATTEMPTS):
        try:
            return await session.commit_transaction()
        except PyMongoError as error:
            if attempt + 1 == _ATTEMPTS or not error.has_error_label("UnknownTransactionCommitResult"):
                raise
    return None


async def _create(transaction: Transaction, resource: Resource) -> Stored:
    reference = f"{resource['resourceType']}/{resource['id']}"
    if await transaction.load([reference]):
        raise Refusal(Fault.CONFLICT, "the id is taken")
    transaction.put(resource)
    await transaction.flush()
    return transaction.written[reference]


def _session(snapshot: Snapshot | None) -> AsyncClientSession | None:
    return None if snapshot is None else snapshot.session


async def _visible(row: Document, constraint: Constraint) -> bool:
    return constraint.unrestricted or row["owner"] in await constraint.among([row["owner"]])


def _transient(error: PyMongoError) -> bool:
    return (
        isinstance(error, DuplicateKeyError)
        or _duplicate(error)
        or error.has_error_label("TransientTransactionError")
    )


def _duplicate(error: PyMongoError) -> bool:
    details = getattr(error, "details", None) or {}
    return any(fault.get("code") == 11000 for fault in details.get("writeErrors", ()))
