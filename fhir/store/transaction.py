"""A transaction: several resources written together or not at all.

What is put is compared with what is there: an equal resource makes no new version. Each superseded
version moves to `versions` in the same transaction, so that version numbers have no gaps.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DocumentTooLarge, OperationFailure

from fhir.access import Constraint
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, reference_of, serialize, stamp
from fhir.store.claims import claim
from fhir.store.constraint import narrow
from fhir.store.document import Document, Draft, Memory, documents, now, read_all, superseded, tombstone
from fhir.store.inheritance import inherit
from fhir.store.keyset import NEWEST_FIRST, Order, sorting
from fhir.store.projection import Projection
from fhir.store.referrers import referrers
from fhir.store.shelf import check_free
from fhir.store.stored import Stored
from fhir.store.vault import Vault

_TOO_LARGE = frozenset({10334, 17419, 17420})
"""BSONObjectTooLarge, and the same of a document that an update makes."""
_BREATH = 50
"""After so many resources others in this process have their turn."""
Operation = InsertOne[Document] | ReplaceOne[Document] | UpdateOne


class Transaction:
    """Reads and pending writes within one MongoDB transaction."""

    def __init__(
        self,
        database: AsyncDatabase[Document],
        vault: Vault,
        session: AsyncClientSession,
        projections: Sequence[Projection],
    ) -> None:
        self.shared = True
        self._session = session
        self._database = database
        self._vault = vault
        self._projections = projections
        self._rows: dict[str, Document | None] = {}
        self._current: dict[str, Stored] = {}
        self._puts: dict[str, tuple[Resource, Memory | None, bool, str | None]] = {}
        self._deletes: list[str] = []
        self._moment = now()
        self.written: dict[str, Stored] = {}
        self.changed: set[str] = set()

    @property
    def session(self) -> AsyncClientSession:
        """For what others write in this transaction; `shared` tells that nothing has been sent yet."""
        self.shared = False
        return self._session

    async def load(self, references: Iterable[str]) -> dict[str, Stored]:
        """The current versions of those of `references` that exist (deleted ones too, marked)."""
        wanted = list(dict.fromkeys(references))
        unread = [reference for reference in wanted if reference not in self._rows]
        if unread:
            await self._fetch(unread)
        return {reference: self._current[reference] for reference in wanted if reference in self._current}

    async def find(
        self,
        filter: Document,
        constraint: Constraint,
        *,
        order: Order = NEWEST_FIRST,
        limit: int = 0,
    ) -> list[Stored]:
        """The visible current versions, each whole, that match `filter` (those put or deleted since the last
        flush as they were before), at most `limit` unless it is 0."""
        collection = self._database["resources"]
        narrowed = await narrow(collection, filter, constraint, self._session)
        cursor = collection.find(narrowed, session=self._session)
        return await self._keep(await cursor.sort(sorting(order)).limit(limit).to_list())

    async def claim(self, keys: Iterable[str]) -> None:
        """Of all transactions that claim one of `keys`, one alone commits what it decided on its snapshot.

        A conditional create searches first and claims what it searched for before it writes: whoever
        claims the same at the same time begins anew, and then finds what this transaction has written.
        """
        await claim(self._database, self._session, (self._vault.keyed(f"claim {key}") for key in keys))

    async def referrers(self, references: Iterable[str], limit: int = 1) -> list[Stored]:
        """At most `limit` current resources that refer to any of `references`, from whatever element."""
        return await self._keep(await referrers(self._database, references, limit, self._session))

    async def _fetch(self, references: list[str]) -> None:
        self._rows.update(dict.fromkeys(references))
        cursor = self._database["resources"].find({"_id": {"$in": references}}, session=self._session)
        await self._keep(await cursor.to_list())

    async def _keep(self, rows: list[Document]) -> list[Stored]:
        found = await read_all(rows, self._vault)
        for row, stored in zip(rows, found, strict=True):
            self._rows[row["_id"]] = row
            self._current[row["_id"]] = stored
        return found

    def put(
        self,
        resource: Resource,
        *,
        memory: Memory | None = None,
        posted: bool = False,
        recorder: str | None = None,
    ) -> None:
        """Create `resource` (it has its id), or make it the next version of what is there.

        `memory` is kept beside the resource; None leaves what is remembered. `posted` tells that its id was
        not the client's. `recorder` is the house that records it; whoever changes it later does not take its
        place.
        """
        reference = reference_of(resource)
        check_free(reference)
        self._puts[reference] = (resource, memory, posted, recorder)

    def delete(self, reference: str) -> None:
        """Delete the resource `Type/id`; its versions stay readable."""
        check_free(reference)
        self._deletes.append(reference)

    def forget(self, references: Iterable[str]) -> None:
        """Neither put nor delete `references` after all."""
        for reference in references:
            self._puts.pop(reference, None)
        self._deletes = [each for each in self._deletes if each not in references]

    async def flush(self) -> None:
        """Send the pending writes to the database, and what follows from them (done at the end anyway)."""
        self.shared = False
        self._moment = now()
        await self.load([*self._puts, *self._deletes])
        drafts = await self._drafts()
        before = dict(self._current)
        rows = await documents(drafts, self._vault)
        written = [(self._rows[row["_id"]], row) for row in rows]
        resources: list[Operation] = []
        versions: list[InsertOne[Document]] = []
        for row, draft in zip(rows, drafts, strict=True):
            self._write(row, draft.stored, resources, versions)
        resources.extend(self._remembered())
        for reference in self._deletes:
            self._remove(reference, resources, versions)
        await self._send("versions", versions)
        await self._send("resources", resources)
        await inherit(self._database, self._session, written)
        deleted = list(self._deletes)
        self._puts.clear()
        self._deletes.clear()
        await self._project([draft.resource for draft in drafts], deleted, before)

    async def _send(self, collection: str, operations: Sequence[Operation]) -> None:
        if not operations:
            return
        try:
            await self._database[collection].bulk_write(operations, ordered=False, session=self._session)
        except (DocumentTooLarge, OperationFailure) as error:
            if isinstance(error, OperationFailure) and error.code not in _TOO_LARGE:
                raise
            raise Refusal(Fault.TOO_LARGE, "a resource has more to be found by than can be kept") from None

    async def _drafts(self) -> list[Draft]:
        drafts = []
        for position, reference in enumerate(self._puts, 1):
            draft = self._draft(reference)
            if draft is not None:
                drafts.append(draft)
            if position % _BREATH == 0:
                await asyncio.sleep(0)
        return drafts

    def _draft(self, reference: str) -> Draft | None:
        resource, memory, posted, recorder = self._puts[reference]
        current = self._current.get(reference)
        if current is not None and not current.deleted and _same(resource, current):
            self.written[reference] = current
            return None
        known = current.memory if current is not None else {}
        version = current.version + 1 if current is not None else 1
        before = current.updated if current is not None else None
        memory = known if memory is None else memory
        made = None if current is not None and not current.deleted else "POST" if posted else "PUT"
        by = recorder if current is None else current.recorder
        return Draft(
            resource, version, memory, self._vault, moment=self._moment, before=before, made=made, recorder=by
        )

    def _write(
        self, row: Document, stored: Stored, resources: list[Operation], versions: list[InsertOne[Document]]
    ) -> None:
        before = self._rows[row["_id"]]
        self.written[row["_id"]] = stored
        self.changed.add(row["_id"])
        if before is None:
            resources.append(InsertOne(row))
        else:
            if before.get("inherited"):
                row["inherited"] = before["inherited"]
            versions.append(InsertOne(superseded(before, row["updated"])))
            resources.append(ReplaceOne({"_id": row["_id"], "version": before["version"]}, row))
        self._rows[row["_id"]], self._current[row["_id"]] = row, stored

    def _remembered(self) -> list[UpdateOne]:
        """Memory that changed beside a resource that did not."""
        changed = [
            (reference, memory)
            for reference, (_, memory, *_) in self._puts.items()
            if memory is not None and memory != self._current[reference].memory
        ]
        return [UpdateOne({"_id": reference}, {"$set": {"memory": memory}}) for reference, memory in changed]

    def _remove(
        self, reference: str, resources: list[Operation], versions: list[InsertOne[Document]]
    ) -> None:
        before = self._rows[reference]
        if before is None or before["deleted"]:
            return
        row = tombstone(before, self._moment)
        versions.append(InsertOne(superseded(before, row["updated"])))
        resources.append(ReplaceOne({"_id": reference, "version": before["version"]}, row))
        self.written[reference] = self._current[reference] = _gone(row)
        self.changed.add(reference)
        self._rows[reference] = row

    async def _project(
        self, resources: list[Resource], deleted: list[str], before: Mapping[str, Stored]
    ) -> None:
        def former(reference: str) -> Resource | None:
            stored = before.get(reference)
            return None if stored is None or stored.deleted else stored.resource()

        for projection in self._projections:
            followed = [each for each in resources if each["resourceType"] in projection.types]
            if followed:
                await projection.apply(self._session, followed, former)
            gone = [each for each in deleted if each.partition("/")[0] in projection.types]
            if gone:
                await projection.remove(self._session, gone, former)


def _gone(row: Document) -> Stored:
    head = row["type"], row["id"], row["version"], row["updated"], row["owner"]
    judged = {name: row[name] for name in ("facets", "inherited", "sort", "recorder") if name in row}
    return Stored(*head, deleted=True, **judged)


def _same(resource: Resource, current: Stored) -> bool:
    """Would the bytes be the same but for versionId and lastUpdated? They are compared as stored."""
    meta: dict[str, Any] | None = resource.get("meta")
    if meta is not None and not isinstance(meta, dict):
        return False
    return serialize(stamp(resource, current.id, current.version, current.updated)) == current.body
