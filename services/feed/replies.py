"""Replies: the application acknowledgements of enhanced mode, each a message of its own.

HL7 v2 2.9.2.2 and 2.9.3.2; checklist 20 and 23. What is owed stands with the message in the inbox
(`reply.due`), so that it survives a restart: once the message is FHIR or a dead letter, AA or AE goes to the
address of the source, or back on the connection on which the source speaks, as MSH-16 wants it. It is sent
again after growing pauses, under the same MSH-10, until the receiver acknowledges it; after `hours` it
becomes a dead letter itself.
"""

import asyncio
import logging
import ssl as tls
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pymongo.errors import PyMongoError

from adapters.hl7v2.ack import acknowledge, code_of
from adapters.hl7v2.charset import decode, encode
from adapters.hl7v2.message import Message
from adapters.mllp.client import MllpError
from adapters.mllp.peer import Peer
from services import reasons, source_metrics
from services.inbox import DEAD, RECEIVED, REFUSED, REPLY, Arrival, Inbox
from services.intake.proof import Sender
from services.intake.verdict import verdict
from services.log import FIELDS
from services.outbound import ACCEPTED, REJECTED, Outbound, pause
from services.periodic import ended
from services.sources import Sources

log = logging.getLogger("furong.feed")

_LOOK_SECONDS = 0.25
_FIRST_PAUSE, _LONGEST_PAUSE = 20.0, 600.0
_PATIENCE = 10.0
_AT_ONCE = 50
_ZONE = ZoneInfo("Asia/Shanghai")
UNDELIVERED = "the application acknowledgement was not taken"

Say = Callable[[Peer, bytes], bool]


class Replies:
    """What one feed process owes; `say` sends on an open connection, `ssl` where a source wants TLS."""

    def __init__(self, inbox: Inbox, sources: Sources, say: Say, hours: float, ssl: tls.SSLContext) -> None:
        self._inbox = inbox
        self._sources = sources
        self._say = say
        self._patience = timedelta(hours=hours)
        self._ssl = ssl
        self._speakers: dict[str, Peer] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def spoken(self, source: str, sender: Sender) -> None:
        """Remember on which connection a source speaks."""
        if isinstance(sender, Peer):
            self._speakers[source] = sender

    async def heard(self, source: str, control_id: str, code: str) -> bool:
        """An acknowledgement came in: is it for one of ours? CR is the end of it, CE is tried again."""
        row = await self._inbox.replied(source, control_id)
        if row is not None and "due" in row["reply"]:
            await self._answered(row, code)
        return row is not None

    async def watch(self) -> None:
        """Send what is due, again and again."""
        try:
            while True:
                try:
                    await self.send_due()
                except PyMongoError as error:
                    log.warning("replies can't be read", extra={FIELDS: {"error": type(error).__name__}})
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await ended(self._under_way.values())

    async def send_due(self) -> None:
        """Begin to send every reply that is due now and has a way to its receiver."""
        now = datetime.now(UTC)
        self._under_way = {source: task for source, task in self._under_way.items() if not task.done()}
        reachable = {*self._sources.replied_to(), *self._speakers}
        due = {
            "reply.due": {"$lte": now},
            "state": {"$nin": [RECEIVED, REFUSED]},
            "$or": [
                {"source": {"$in": sorted(reachable)}},
                {
                    "received": {"$lt": now - self._patience},
                    "reply.since": {"$not": {"$gte": now - self._patience}},
                },
            ],
            "source": {"$nin": list(self._under_way)},
        }
        rows = (
            await self._inbox.collection.find(due)
            .hint("reply_due")
            .sort("reply.due", 1)
            .limit(_AT_ONCE)
            .to_list()
        )
        by_source: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            by_source.setdefault(row["source"], []).append(row)
        for source, owed in by_source.items():
            self._under_way[source] = asyncio.create_task(self._send_all(source, owed))

    async def _send_all(self, source: str, rows: list[dict[str, Any]]) -> None:
        """Send what is owed to one source, in order, as long as it takes it; the rest stays due."""
        outbound = self._outbound(source)
        try:
            for row in rows:
                await self._send_one(source, row, outbound)
        except (MllpError, PyMongoError) as error:
            why = str(error) if isinstance(error, MllpError) else type(error).__name__
            log.warning(
                "replies are not taken",
                extra={FIELDS: {"source": source_metrics.name(source), "error": why}},
            )
        finally:
            if outbound is not None:
                await outbound.close()

    def _outbound(self, source: str) -> Outbound | None:
        """The way to the address of `source`; None where it has none."""
        terms = self._sources.replied_to().get(source)
        if terms is None or terms.reply_to is None:
            return None
        host, _, port = terms.reply_to.rpartition(":")
        ssl = self._ssl if terms.reply_tls else None
        return Outbound(host.strip("[]"), int(port), ssl=ssl, seconds=_PATIENCE)

    async def _send_one(self, source: str, row: dict[str, Any], outbound: Outbound | None) -> None:
        if not await self._claimed(row):
            return
        block = await self._block(row)
        if block is None:
            await self._finish(row, "not wanted")
        elif _since(row) < datetime.now(UTC) - self._patience:
            await self._give_up(row, block)
        elif outbound is not None:
            await self._answered(row, (await outbound.deliver(block)).code)
        else:
            speaker = self._speakers.get(source)
            if speaker is not None and not self._say(speaker, block):
                self._speakers.pop(source, None)

    async def _claimed(self, row: dict[str, Any]) -> bool:
        """Take the next attempt, against other processes; the pause until the one after it grows."""
        attempts = row["reply"]["attempts"] + 1
        due = datetime.now(UTC) + timedelta(seconds=pause(attempts, _FIRST_PAUSE, _LONGEST_PAUSE))
        result = await self._inbox.collection.update_one(
            {"_id": row["_id"], "reply.due": row["reply"]["due"]},
            {"$set": {"reply.due": due, "reply.attempts": attempts}},
        )
        return bool(result.modified_count)

    async def _block(self, row: dict[str, Any]) -> bytes | None:
        """The application acknowledgement of a row, None where MSH-16 does not want this one."""
        raw = await self._inbox.raw(row)
        message = Message.parse(decode(raw, row["charset"]).text)
        errors = verdict(row["state"], row.get("reason"))
        answer = acknowledge(
            message,
            errors,
            datetime.now(_ZONE),
            row["reply"]["control"],
            level="application",
            accept="AL",
        )
        if answer is None:
            return None
        code = code_of(message, errors, "application")
        await self._inbox.collection.update_one({"_id": row["_id"]}, {"$set": {"reply.code": code}})
        return encode(answer, row["charset"])

    async def _answered(self, row: dict[str, Any], code: str) -> None:
        if code in ACCEPTED:
            await self._finish(row, "acknowledged")
        elif code in REJECTED:
            block = await self._block(row)
            if block is not None:
                await self._give_up(row, block)

    async def _finish(self, row: dict[str, Any], outcome: str) -> None:
        change = {
            "$set": {"reply.outcome": outcome, "reply.at": datetime.now(UTC)},
            "$unset": {"reply.due": ""},
        }
        await self._inbox.collection.update_one({"_id": row["_id"]}, change)

    async def _give_up(self, row: dict[str, Any], block: bytes) -> None:
        """A person has to see to it: the reply lies among the dead letters, under its own control id."""
        letter = Arrival(
            raw=block,
            acknowledgement=b"",
            state=DEAD,
            peer=REPLY,
            source=row["source"],
            control_id=row["reply"]["control"],
            event="ACK",
            charset=row["charset"],
        )
        kept = await self._inbox.add(letter)
        reason = reasons.reason(UNDELIVERED)
        await self._inbox.collection.update_one({"_id": kept.id}, {"$set": {"reason": reason}})
        await self._finish(row, "given up")
        source_metrics.DEAD_LETTERS.labels(source_metrics.label(row["source"])).inc()
        log.error("a reply is given up", extra={FIELDS: {"source": source_metrics.name(row["source"])}})


def _since(row: dict[str, Any]) -> datetime:
    """Since when it is tried: a steward may have let it be sent again."""
    since: datetime = row["reply"].get("since", row["received"])
    return since.replace(tzinfo=UTC)
