"""The stored document: one version of a resource with its index tokens, as MongoDB holds it."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.binary import Binary
from cryptography.exceptions import InvalidTag
from pymongo.asynchronous.database import AsyncDatabase

from fhir.directory import TYPES, listed
from fhir.resource import Resource, serialize, stamp
from fhir.search.entries import Keyed
from fhir.search.index import Index, index
from fhir.search.refers import refers
from fhir.store import blocks
from fhir.store.directory import FIELD
from fhir.store.facets import facets
from fhir.store.keyset import NEWEST_FIRST, Order, place
from fhir.store.payload import cut, keep, whole
from fhir.store.stored import JUDGED, Stored
from fhir.store.vault import DataKey, LostKeyError, Vault

logger = logging.getLogger("furong.store")

Document = dict[str, Any]
Memory = dict[str, Any]
SENT = dict.fromkeys(
    (
        "reference", "type", "id", "version", "updated", "until", "owner", "deleted", "body", "payload",
        "made", "facets", "inherited", "sort", "recorder",
    ),
    True,
)  # fmt: skip
"""What a reader needs of a row: three quarters of it serve the index and the feed. (Naming what is wanted
costs MongoDB half of what naming the rest does.)"""
TOLD = {name: True for name in SENT if name not in JUDGED.keys() - {"type", "id", "owner"}}
"""The same of a row that no access decision looks at any more."""


def now() -> datetime:
    """The present instant, in the milliseconds that MongoDB and FHIR share."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def milliseconds(moment: datetime) -> int:
    """An instant as a number, for a place in an order."""
    return int(moment.timestamp() * 1000)


def later(moment: datetime, before: datetime | None) -> datetime:
    """`moment`, or the first instant after `before` where another process's clock is ahead of ours."""
    return moment if before is None else max(moment, before + timedelta(milliseconds=1))


def indexed(resource: Resource, keyed: Keyed) -> tuple[str, Document]:
    """The owner of a resource, and the fields of its row by which it is found and sorted."""
    found = index(resource, keyed)
    fields = {
        "tokens": [*found.tokens, *refers(resource, found.tokens)],
        **_entries(found),
        "position": found.position,
        "sort": found.sort,
        "facets": facets(resource, found.tokens),
    }
    if resource["resourceType"] == "Patient":
        fields["tokens"] += blocks.tokens(resource, keyed)
    if resource["resourceType"] in TYPES:
        shown = index(listed(resource), keyed)
        fields |= {"sort": shown.sort, FIELD: {"tokens": shown.tokens, **_entries(shown)}}
    return found.owner, fields


def _entries(found: Index) -> Document:
    return {"dates": found.dates, "values": found.values, "texts": found.texts}


class Draft:
    """A version about to be written; `owner` tells which data key it needs."""

    __slots__ = (
        "body", "found_by", "inline", "made", "memory", "owner", "pieces", "recorder", "resource", "updated",
        "version",
    )  # fmt: skip

    def __init__(
        self,
        resource: Resource,
        version: int,
        memory: Memory,
        vault: Vault,
        *,
        moment: datetime | None = None,
        before: datetime | None = None,
        made: str | None = None,
        recorder: str | None = None,
    ) -> None:
        self.made = made
        self.recorder = recorder
        self.updated = later(moment or now(), before)
        self.version = version
        self.memory = memory
        self.resource = stamp(resource, resource["id"], version, self.updated)
        self.body = serialize(self.resource)
        self.inline, self.pieces = cut(self.body)
        self.owner, self.found_by = indexed(self.resource, vault.keyed)

    @property
    def stored(self) -> Stored:
        """As it will be read."""
        type, id = self.resource["resourceType"], self.resource["id"]
        read = self.version, self.updated, self.owner, False, self.body, self.memory
        judged = {name: self.found_by[name] for name in ("facets", "sort")}
        return Stored(type, id, *read, made=self.made, recorder=self.recorder, **judged)

    def document(self, vault: Vault, payload: list[Document] | None = None) -> Document:
        """The row of the collection `resources`; the owner's key has been prepared, `payload` is stored."""
        type, id = self.resource["resourceType"], self.resource["id"]
        row = {
            "_id": f"{type}/{id}",
            "type": type,
            "id": id,
            "version": self.version,
            "updated": self.updated,
            "owner": self.owner,
            "deleted": False,
            "body": Binary(vault.loaded(self.owner).seal(self.inline, f"{type}/{id}/{self.version}")),
            **self.found_by,
            "memory": self.memory,
        }
        more = {"made": self.made, "payload": payload, "recorder": self.recorder}
        return row | {name: value for name, value in more.items() if value}


async def documents(drafts: Sequence[Draft], vault: Vault) -> list[Document]:
    """The rows of `drafts`; data keys and payloads are in the database by then."""
    payloads = {
        position: await keep(vault.database, vault, draft.owner, draft.pieces)
        for position, draft in enumerate(drafts)
        if draft.pieces
    }
    await vault.prepare(draft.owner for draft in drafts)  # last: nothing is waited for before it is used
    return [draft.document(vault, payloads.get(position)) for position, draft in enumerate(drafts)]


def superseded(document: Document, until: datetime) -> Document:
    """The row of the collection `versions` for a version that was the current one `until` then."""
    kept = ("version", "updated", "deleted", "body", "payload", "made", *JUDGED)
    row = {name: document[name] for name in kept if name in document}
    more = {"reference": document["_id"], "until": until}
    return {"_id": f"{document['_id']}/{document['version']}"} | more | row


def tombstone(document: Document, moment: datetime) -> Document:
    """The row of a deletion: a version of its own, without content, found by no search; who may not see what
    was there does not see that it went."""
    empty: Document = {
        "deleted": True,
        "body": Binary(b""),
        "tokens": [],
        "dates": [],
        "values": [],
        "texts": [],
        "position": None,
        "memory": {},
    }
    kept = {name: value for name, value in document.items() if name not in ("payload", "made", FIELD)}
    return kept | empty | {"version": document["version"] + 1, "updated": later(moment, document["updated"])}


async def resealed(vault: Vault, owner: str, body: bytes, place: str) -> Document:
    """The change of a row that gives it another body under the key of the same owner."""
    inline, pieces = cut(body)
    change: Document = {"$set": {"body": Binary((await vault.held(owner)).seal(inline, place))}}
    if not pieces:
        return change | {"$unset": {"payload": ""}}
    change["$set"]["payload"] = await keep(vault.database, vault, owner, pieces)
    return change


async def read_all(documents: list[Document], vault: Vault, order: Order = NEWEST_FIRST) -> list[Stored]:
    """Decrypt rows, in their order; each knows its place in `order`.

    What does not open, because its key was destroyed, is as good as deleted.
    """
    await vault.fetch(document["owner"] for document in documents if not document["deleted"])
    # Taken before anything is waited for: a vault that forgets meanwhile must not make a file look deleted.
    keys = _keys({document["owner"] for document in documents if not document["deleted"]}, vault)
    read = [_stored(document, keys.get(document["owner"]), order) for document in documents]
    for position, document in enumerate(documents):
        if "payload" in document and not read[position].deleted:
            key = keys[document["owner"]]
            read[position] = await _completed(vault.database, key, document, read[position])
    return read


def _keys(owners: Iterable[str], vault: Vault) -> dict[str, DataKey]:
    """The keys of those owners whose key was not destroyed."""
    found: dict[str, DataKey] = {}
    for owner in owners:
        with suppress(LostKeyError):
            found[owner] = vault.loaded(owner)
    return found


async def _completed(
    database: AsyncDatabase[Document], key: DataKey, document: Document, stored: Stored
) -> Stored:
    """With the chunks of its payload."""
    try:
        return replace(stored, body=await whole(database, key, document, stored.body))
    except (LostKeyError, InvalidTag) as error:
        _lost(error)
        return replace(stored, body=b"", deleted=True)


def _stored(document: Document, key: DataKey | None, order: Order) -> Stored:
    deleted, body = document["deleted"], b""
    try:
        if not deleted:
            body = _opened(key, document)
    except (LostKeyError, InvalidTag) as error:
        _lost(error)
        deleted = True
    return Stored(
        type=document["type"],
        id=document["id"],
        version=document["version"],
        updated=document["updated"],
        owner=document["owner"],
        deleted=deleted,
        body=body,
        memory=document.get("memory") or {},
        place=tuple(place(document, order)),
        made=document.get("made"),
        facets=document.get("facets"),
        inherited=document.get("inherited") or (),
        sort=document.get("sort") or {},
        recorder=document.get("recorder"),
    )


def _opened(key: DataKey | None, document: Document) -> bytes:
    if key is None:
        raise LostKeyError("the data key of this file was destroyed")
    return key.open(document["body"], _place(document))


def _place(document: Document) -> str:
    """Which version of which resource a row is: a body that was moved to another row does not open."""
    return f"{document['type']}/{document['id']}/{document['version']}"


def _lost(error: Exception) -> None:
    """Whoever runs the platform should know: a key was destroyed, or somebody has changed a body."""
    logger.warning("a stored body does not open: %s", type(error).__name__)
