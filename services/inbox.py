"""The inbox: every block that came in, as its bytes, with what became of it.

Collection `inbox`; checklist lines 21, 31, 61 of the feed. A message is acknowledged once its row is durable;
the row holds the acknowledgement, so that a duplicate gets the same answer and is not processed again.
"""

import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bson.binary import Binary
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from adapters.hl7v2.error import Error, Location
from fhir.store import Store
from fhir.store.group_insert import GroupCommit
from fhir.store.indexes import ensure_indexes
from fhir.store.vault import DataKey
from services import source_metrics
from services.arriving import finding
from services.inbox_indexes import INDEXES

RECEIVED, DONE, DEAD, REFUSED = "received", "done", "dead", "refused"
_SHORTEST = 5
ROW_BYTES = 2_000
"""What a row takes beside the message, about: its acknowledgement, findings and places in the indexes."""
REPLACED, DISCARDED, RESENT = "replaced", "discarded", "resent"
"""What a steward made of a dead letter: an edited message stands for it, it is left for a reason, or the
acknowledgement that it is goes out once more."""
REPLY = "reply"
"""The peer of a dead letter that is an application acknowledgement of ours."""
_SEALED_UNDER = "platform"
_PART = 8_000_000
"""A MongoDB document holds 16 MB at most; a larger message lies in parts, written before its row."""
SECRET = ("raw", "acknowledgement", "sealed_acknowledgement", "keys", "key", "digest")
_SHOWN = dict.fromkeys((*SECRET, "orders"), False)
_WORD, _CITIZEN_NUMBER = re.compile(r"[0-9A-Za-z]{5,}"), re.compile(r"\d{17}[\dXx]")
"""What of a control id may be a patient's number: a word of it, or what looks like a citizen number."""
_REUSED = finding(Error("control-id-reused", Location("MSH", 1, 10), "W"))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A block as it came in, its acknowledgement, and what orders it among the others.

    `received`: when its last byte came, where that is known.
    `arrived`: of what stands for an earlier message, the place of that one in the order of arrival.
    """

    raw: bytes
    acknowledgement: bytes
    state: str
    peer: str
    source: str = ""
    control_id: str = ""
    event: str = ""
    charset: str = ""
    keys: Sequence[str] = ()
    findings: Sequence[dict[str, Any]] = field(default=())
    orders: Sequence[str] = ()
    code: str = ""
    application: str = ""
    sequence: int | None = None
    replies: bool = False
    stranger: bool = False
    arrived: str = ""
    received: datetime | None = None


class Kept(NamedTuple):
    """What became of an arrival: the acknowledgement to send, was it a duplicate, and its row."""

    acknowledgement: bytes
    duplicate: bool
    id: str


class Inbox:
    """The inbox of one platform."""

    def __init__(self, store: Store) -> None:
        self.collection = store.database["inbox"]
        self._majority = self.collection.with_options(read_concern=ReadConcern("majority"))
        self._parts = store.database["inbox_parts"]
        self._vault = store.vault
        self._commit = GroupCommit(self.collection)
        self._last = 0
        self._mark = os.urandom(4).hex()
        self._held: DataKey | None = None

    async def prepare(self) -> None:
        """Create the indexes, and number on from the newest row even if the clock went back."""
        await ensure_indexes(self.collection.database, INDEXES)
        self._held = await self._vault.held(_SEALED_UNDER)
        newest = await self.collection.find_one(sort=[("_id", DESCENDING)], projection={"_id": True})
        self._last = _number(newest["_id"]) if newest else 0

    def next_id(self) -> str:
        """An id that sorts after all earlier ones of this process."""
        self._last = max(self._last + 1, time.time_ns())
        return f"{self._last:020d}-{self._mark}"

    async def add(self, arrival: Arrival) -> Kept:
        """Make `arrival` durable, unless it is a duplicate.

        Rows become visible in the order of the calls: nothing is waited for before the insert, but for the
        parts of a large message.
        """
        row = await self.row(arrival)
        try:
            await self._commit.insert(row)
        except DuplicateKeyError:
            if isinstance(row["raw"], int):
                await self._parts.delete_many({"_id": {"$in": _part_ids(row)}})
            if arrival.state == REFUSED:
                return await self._refused_again(arrival, row)
            earlier = await self._twin(row["key"], row["digest"])
            assert earlier is not None
            return earlier
        return Kept(arrival.acknowledgement, False, row["_id"])

    async def earlier(self, arrival: Arrival) -> Kept | None:
        """What was kept before of the same message, so that it comes for the second time."""
        return await self._twin(self._key(arrival), self._digest(arrival.raw))

    async def row(self, arrival: Arrival) -> dict[str, Any]:
        """The row of `arrival`, not inserted yet, its bytes sealed."""
        id = self.next_id()
        raw = await self._sealed(id, arrival.raw)
        control_id, answer = self._written(arrival)
        now = datetime.now(UTC)
        row = {
            "_id": id,
            "received": arrival.received or now,
            "peer": arrival.peer,
            "state": arrival.state,
            "key": self._row_key(arrival, id),
            "digest": self._digest(arrival.raw),
            "raw": raw,
            **answer,
            "source": arrival.source,
            "control_id": control_id,
            "event": arrival.event,
            "charset": arrival.charset,
            "code": arrival.code,
            "keys": list(arrival.keys),
            "findings": list(arrival.findings),
        }
        if arrival.orders:
            row["orders"] = list(arrival.orders)
        if arrival.sequence is not None:
            row["sequence"] = arrival.sequence
        if arrival.stranger:
            row["stranger"] = len(arrival.raw) + ROW_BYTES
        if arrival.acknowledgement:
            row["acknowledged"] = now
        if arrival.arrived:
            row["arrived"] = arrival.arrived
        if arrival.replies:
            row["reply"] = {"due": row["received"], "attempts": 0, "control": reply_control(id)}
        return row

    def _written(self, arrival: Arrival) -> tuple[str, dict[str, Any]]:
        """MSH-10 as it stands in the row, and the acknowledgement that repeats it.

        Where a sender puts a patient's number into it the row holds its keyed hash, and the answer is sealed.
        """
        if not self._names_patient(arrival):
            return arrival.control_id, {"acknowledgement": Binary(arrival.acknowledgement)}
        assert self._held is not None
        sealed = Binary(self._held.seal(arrival.acknowledgement))
        return self._hidden(arrival.control_id), {"acknowledgement": b"", "sealed_acknowledgement": sealed}

    def _names_patient(self, arrival: Arrival) -> bool:
        words = {arrival.control_id, *_WORD.findall(arrival.control_id)}
        known = any(self._vault.keyed(word) in arrival.keys for word in words if len(word) >= _SHORTEST)
        return known or _CITIZEN_NUMBER.search(arrival.control_id) is not None

    def _hidden(self, control_id: str) -> str:
        return f"#{self._vault.keyed(control_id)}"

    async def _refused_again(self, arrival: Arrival, row: dict[str, Any]) -> Kept:
        """The same bytes, refused for the same reasons: counted, since a sender may try for ever."""
        found = {"key": row["key"], "digest": row["digest"]}
        change = {"$inc": {"repeated": 1}, "$set": {"repeated_at": row["received"]}}
        earlier = await self.collection.find_one_and_update(found, change, projection={"_id": True})
        return Kept(arrival.acknowledgement, True, row["_id"] if earlier is None else earlier["_id"])

    def _row_key(self, arrival: Arrival, id: str) -> str:
        """What makes the row unique, with the digest: what was refused is judged anew each time it comes."""
        if arrival.state == REFUSED:
            judged = [arrival.source, arrival.control_id, arrival.code, *map(str, arrival.findings)]
            return self._vault.keyed("refused\x00" + "\x00".join(judged))
        return self._key(arrival) if arrival.control_id else id

    def _key(self, arrival: Arrival) -> str:
        """MSH-3, MSH-4 and MSH-10, keyed (checklist 31)."""
        application = f"{arrival.application}\x00" if arrival.application else ""
        return self._vault.keyed(f"message\x00{application}{arrival.source}\x00{arrival.control_id}")

    def _digest(self, raw: bytes) -> str:
        return self._vault.keyed("body\x00" + raw.hex())

    async def _twin(self, key: str, digest: str) -> Kept | None:
        shown = {"acknowledgement": True, "sealed_acknowledgement": True}
        earlier = await self.collection.find_one({"key": key, "digest": digest}, shown)
        return None if earlier is None else Kept(await self._answer(earlier), True, earlier["_id"])

    async def _answer(self, row: dict[str, Any]) -> bytes:
        sealed = row.get("sealed_acknowledgement")
        if sealed is None:
            return bytes(row["acknowledgement"])
        return await self._vault.open(_SEALED_UNDER, sealed)

    async def answered(self, id: str, acknowledgement: bytes, code: str) -> None:
        """Note the answer to a message whose sender had to wait for it."""
        told: dict[str, Any] = {"code": code, "acknowledged": datetime.now(UTC)}
        change = told | {"acknowledgement": Binary(acknowledgement)}
        plain = {"_id": id, "sealed_acknowledgement": {"$exists": False}}
        changed = await self.collection.update_one(plain, {"$set": change})
        if not changed.matched_count:
            sealed = await self._vault.seal(_SEALED_UNDER, acknowledgement)
            change = told | {"sealed_acknowledgement": Binary(sealed)}
            await self.collection.update_one({"_id": id}, {"$set": change})

    async def counted_dead(self, id: str) -> str | None:
        """Count a dead letter whose processing failed on our side (checklist 66); its source."""
        row = await self.collection.find_one({"_id": id, "state": DEAD}, {"source": True, "received": True})
        if row is None:
            return None
        source_metrics.processed(row["source"], row["received"], dead=True)
        return str(row["source"])

    async def count_attempt(self, id: str) -> bool:
        """Count an attempt at a message that still waits; it shows that the store takes writes."""
        waits = {"_id": id, "state": RECEIVED}
        return (await self.collection.update_one(waits, {"$inc": {"attempts": 1}})).matched_count == 1

    async def states(self, ids: Sequence[str]) -> dict[str, str]:
        """The states of some messages."""
        cursor = self.collection.find({"_id": {"$in": list(ids)}}, {"state": True})
        return {row["_id"]: row["state"] async for row in cursor}

    async def replied(self, source: str, control_id: str) -> dict[str, Any] | None:
        """The message of `source` whose application acknowledgement has this control id."""
        match = re.fullmatch(r"R([0-9A-F]{1,16})", control_id)
        if match is None:
            return None
        start = f"{int(match[1], 16):020d}"
        found = {"_id": {"$gte": f"{start}-", "$lt": f"{start}."}, "source": source}
        return await self.collection.find_one(found | {"reply.control": control_id})

    async def behind(self, id: str) -> bool:
        """Does a message wait for an earlier one of the same patient or visit?"""
        row = await self.collection.find_one({"_id": id}, {"keys": True})
        earlier = {"keys": {"$in": row["keys"] if row else []}, "_id": {"$lt": id}, "state": RECEIVED}
        return await self.collection.find_one(earlier, {"_id": True}) is not None

    async def reason(self, id: str) -> dict[str, Any] | None:
        """Why a message is a dead letter."""
        row = await self.collection.find_one({"_id": id}, {"reason": True})
        return None if row is None else row.get("reason")

    async def last_number(self, source: str) -> int | None:
        """The sequence number (MSH-13) of the newest message of `source` that carried one."""
        found = {"source": source, "sequence": {"$exists": True}}
        row = await self.collection.find_one(found, {"sequence": True}, sort=[("_id", DESCENDING)])
        return None if row is None else int(row["sequence"])

    async def flag_reused(self, rows: Sequence[dict[str, Any]]) -> None:
        """Flag those of some waiting messages whose control id stood on an earlier, other message."""
        keys = list({row["key"] for row in rows})
        cursor = self.collection.find({"key": {"$in": keys}}, {"key": True}).sort("_id", ASCENDING)
        first: dict[str, str] = {}
        later = [row["_id"] async for row in cursor if first.setdefault(row["key"], row["_id"]) != row["_id"]]
        ids = [row["_id"] for row in rows if row["_id"] in set(later)]
        if ids:
            await self.collection.update_many({"_id": {"$in": ids}}, {"$addToSet": {"findings": _REUSED}})

    async def _sealed(self, id: str, raw: bytes) -> Binary | int:
        """What the row holds: the sealed bytes, or of a large message how many parts lie beside it."""
        if self._held is None:
            self._held = await self._vault.held(_SEALED_UNDER)
        sealed = self._held.seal(raw)
        if len(sealed) <= _PART:
            return Binary(sealed)
        parts = [sealed[start : start + _PART] for start in range(0, len(sealed), _PART)]
        for number, part in enumerate(parts):
            await self._parts.insert_one({"_id": f"{id}/{number}", "part": Binary(part)})
        return len(parts)

    async def raw(self, row: dict[str, Any]) -> bytes:
        """The bytes of a row, as they came in."""
        sealed = row["raw"]
        if isinstance(sealed, int):
            ids = _part_ids(row)
            found = {part["_id"]: part["part"] async for part in self._parts.find({"_id": {"$in": ids}})}
            sealed = b"".join(found[id] for id in ids)
        return await self._vault.open(_SEALED_UNDER, sealed)

    async def waiting(self, besides: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """The oldest messages that wait to be processed (`_id`, `keys` and `key`), without those named.

        Only what a majority has: a transaction that begins now sees it too. Otherwise the worker would take a
        row for processed that its transaction does not see yet, and let a later message overtake it.
        """
        cursor = self._majority.find(
            {"state": RECEIVED, "_id": {"$nin": list(besides)}}, {"keys": True, "key": True}
        )
        return await cursor.sort("_id", ASCENDING).limit(limit).to_list()

    async def replay(self, filter: dict[str, Any], **noted: Any) -> int:
        """Let the messages that match `filter`, done or dead, be processed again; returns how many.

        `noted`: what else their rows keep, such as who wanted it.
        """
        again = {"state": RECEIVED, "replayed": datetime.now(UTC)} | noted
        change = {"$set": again, "$unset": {"reason": ""}}
        result = await self.collection.update_many({"state": {"$in": [DONE, DEAD]}} | filter, change)
        return result.modified_count

    async def count(self) -> dict[str, int]:
        """How many messages are in each state."""
        pipeline = [{"$group": {"_id": "$state", "count": {"$sum": 1}}}]
        return {row["_id"]: row["count"] async for row in await self.collection.aggregate(pipeline)}

    async def held(self, states: Sequence[str]) -> dict[tuple[str, str], tuple[int, datetime]]:
        """By state and source, how many messages are in some states, and when the oldest came in."""
        rows = await self.collection.aggregate([
            {"$match": {"state": {"$in": list(states)}}},
            {"$group": {"_id": {"state": "$state", "source": "$source"},
                        "count": {"$sum": 1}, "oldest": {"$min": "$received"}}},
        ])  # fmt: skip
        return {
            (row["_id"]["state"], row["_id"]["source"]): (row["count"], row["oldest"].replace(tzinfo=UTC))
            async for row in rows
        }

    async def newest(self, filter: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        """The newest messages that match, without their bytes."""
        return await self.collection.find(filter, _SHOWN).sort("received", DESCENDING).limit(limit).to_list()

    async def oldest(self, filter: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        """The oldest messages that match, without their bytes."""
        return await self.collection.find(filter, _SHOWN).sort("_id", ASCENDING).limit(limit).to_list()

    async def numbered(
        self, number: str, limit: int, narrowed: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """The newest messages with this MSH-10, patient, visit or order number (checklist 61)."""
        keyed = self._vault.keyed(number)
        controls = {"control_id": {"$in": [number, self._hidden(number)]}}
        found = {"$or": [controls, {"keys": keyed}, {"orders": keyed}]}
        return await self.newest(found | dict(narrowed or {}), limit)

    async def close(self) -> None:
        """Wait for the inserts that are under way."""
        await self._commit.close()


def _part_ids(row: dict[str, Any]) -> list[str]:
    return [f"{row['_id']}/{number}" for number in range(row["raw"])]


def arrived(row: Mapping[str, Any]) -> str:
    """The place of a message in the order of arrival, sortable; an edited one has that of its original."""
    return str(row.get("arrived") or f"{_number(row['_id']):016X}")


def reply_control(id: str) -> str:
    """MSH-10 of the application acknowledgement of the message `id`: the same however often it is sent."""
    return f"R{_number(id):X}"


def _number(id: str) -> int:
    return int(id.partition("-")[0])


async def inbox_of(store: Store) -> Inbox:
    """The inbox of `store`, ready for use."""
    inbox = Inbox(store)
    await inbox.prepare()
    return inbox
