"""The alarms of a platform: collection `alarms`. One that sounds again within an hour is only counted."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.store.database import collection
from services.alarms.alarm import Alarm, Fact, State
from services.alarms.settings import AlarmSettings

FRESH = timedelta(hours=1)
ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=15)
_CLAIMED = timedelta(minutes=2)
WAYS = ("webhook", "mail")


class Alarms:
    """Stores what sounds, and tells the sender what waits."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], settings: AlarmSettings) -> None:
        self._rows = collection(database, "alarms")
        self._ways = {"webhook": bool(settings.alarm_webhook), "mail": bool(settings.mail_receivers)}

    async def sound(self, kind: str, text: str, **facts: Fact) -> None:
        """Store an alarm durably; it is sent soon after. `text` and `facts` hold nothing of any resident."""
        now, key = moment.now(), _key(kind, facts)
        again = {"$set": {"last": now}, "$inc": {"count": 1}}
        fresh = {"key": key, "last": {"$gte": now - FRESH}}
        if (await self._rows.update_one(fresh, again)).matched_count:
            return
        ways = {way: State.WAITING if used else State.NONE for way, used in self._ways.items()}
        tries = {f"{way}_next": now for way in WAYS} | {f"{way}_tries": 0 for way in WAYS}
        about = {"kind": str(kind), "text": text, "facts": facts, "key": key}
        # Two processes that sound it at once make one: the hour is part of the name.
        id = hashlib.sha256(f"{key} {now:%Y%m%d%H}".encode()).hexdigest()[:24]
        row = {"_id": id, "first": now, "last": now, "count": 1}
        try:
            await self._rows.insert_one(
                row | about | {name: str(state) for name, state in ways.items()} | tries
            )
        except DuplicateKeyError:
            await self._rows.update_one({"_id": id}, again)

    async def newest(self, limit: int = 100) -> list[Alarm]:
        """The newest alarms."""
        rows = self._rows.find().sort([("last", DESCENDING), ("_id", ASCENDING)]).limit(limit)
        return [_alarm(row) async for row in rows]

    async def claim(self, way: str) -> Alarm | None:
        """An alarm that is due to be sent that way; for two minutes nobody else gets it."""
        now = moment.now()
        row = await self._rows.find_one_and_update(
            {way: State.WAITING.value, f"{way}_next": {"$lte": now}},
            {"$set": {f"{way}_next": now + _CLAIMED}, "$inc": {f"{way}_tries": 1}},
            sort=[("first", ASCENDING)],
            return_document=True,
        )
        return _alarm(row) if row else None

    async def settle(self, alarm: Alarm, way: str, *, sent: bool) -> None:
        """Note how an attempt went: sent, to be tried again after a pause that doubles, or given up."""
        if sent:
            await self._rows.update_one({"_id": alarm.id}, {"$set": {way: State.SENT.value}})
            return
        row = await self._rows.find_one({"_id": alarm.id}, {f"{way}_tries": True})
        tries = int(row[f"{way}_tries"]) if row else ATTEMPTS
        change: dict[str, Any] = {f"{way}_next": moment.now() + _FIRST_PAUSE * 2 ** (tries - 1)}
        if tries >= ATTEMPTS:
            change = {way: State.FAILED.value}
        await self._rows.update_one({"_id": alarm.id}, {"$set": change})

    async def ensure_indexes(self) -> None:
        """By time, by what it is about, and by what waits."""
        await self._rows.create_index([("last", DESCENDING)])
        await self._rows.create_index([("key", ASCENDING), ("last", DESCENDING)])
        for way in WAYS:
            await self._rows.create_index([(way, ASCENDING), (f"{way}_next", ASCENDING)])


def _key(kind: str, facts: dict[str, Fact]) -> str:
    """What makes two alarms the same: the kind, and the facts that are names and not numbers."""
    named = {name: value for name, value in facts.items() if isinstance(value, str)}
    return hashlib.sha256(json.dumps([str(kind), named], sort_keys=True).encode()).hexdigest()[:32]


def _alarm(row: dict[str, Any]) -> Alarm:
    return Alarm(
        id=row["_id"],
        kind=row["kind"],
        text=row["text"],
        facts=row["facts"],
        first=row["first"],
        last=row["last"],
        count=row["count"],
        webhook=State(row["webhook"]),
        mail=State(row["mail"]),
    )
