"""Intake: from the bytes of a block to its acknowledgement, with the durable inbox between.

Design, section 5: character set, header, structure, required fields, duplicate key; then raw bytes durable;
then the acknowledgement. Nothing else is looked up, so that a slow store elsewhere delays no sender.
"""

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client import Counter
from pymongo.errors import PyMongoError

from adapters.hl7v2.ack import acknowledge, code_of
from adapters.hl7v2.charset import CharsetError, Decoded, codec_of, decode, encode, header
from adapters.hl7v2.check import check, refuses
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message, MessageError
from adapters.mllp.peer import Peer
from adapters.v2_to_fhir.source import Source
from services import source_metrics
from services.arriving import event, finding, identifiers, orders
from services.feed.transport import speaks_for
from services.inbox import RECEIVED, REFUSED, Arrival, Inbox
from services.log import FIELDS
from services.sources import Sources, sender

log = logging.getLogger("furong.feed")

MESSAGES = Counter("furong_feed_messages_total", "HL7 v2 messages", ["code"])

_ZONE = ZoneInfo("Asia/Shanghai")
_QUARANTINED_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a block."""

    message: Message | None
    charset: str
    errors: Sequence[Error]
    source: str = ""


class Intake:
    """Handles the blocks of one listener."""

    def __init__(self, inbox: Inbox, sources: Sources, keyed: Any, processing_ids: Collection[str]) -> None:
        self._inbox = inbox
        self._sources = sources
        self._keyed = keyed
        self._processing_ids = processing_ids

    async def receive(self, raw: bytes, peer: Peer) -> bytes | None:
        """The acknowledgement of a block, once the block is durable; None where the sender wants none."""
        reading = await self._read(raw, peer)
        try:
            return await self._keep(raw, peer, reading)
        except PyMongoError as error:
            log.error("a message can't be kept", extra={FIELDS: {"error": type(error).__name__}})
            return _apology(reading)

    async def oversize(self, head: bytes, size: int, peer: Peer) -> bytes | None:
        """The refusal of a block above the limit, of which `head` came before it was cut off."""
        message = _parse(header(head))
        reading = Reading(message, "UTF-8", [Error("too-large", Location("MSH", 1))])
        return await self._keep(head[:_QUARANTINED_BYTES], peer, reading)

    async def broken(self, fragment: bytes, peer: Peer) -> bytes | None:
        """The refusal of a fragment that never became a block."""
        reading = Reading(None, "UTF-8", [Error("no-header", Location("MSH", 1))])
        return await self._keep(fragment[:_QUARANTINED_BYTES], peer, reading)

    async def _read(self, raw: bytes, peer: Peer) -> Reading:
        try:
            decoded = decode(raw)
        except CharsetError as error:
            return Reading(_parse(header(raw)), "UTF-8", [error.error])
        message = _parse(decoded.text)
        if message is None:
            return Reading(None, decoded.charset, check(None))
        registration = await self._sources.find(sender(message))
        if registration is None:
            return Reading(message, decoded.charset, [Error("unknown-source", Location("MSH", 1, 4))])
        message, decoded = _again(message, decoded, raw, registration.source)
        if not speaks_for(peer, registration.certificate):
            return Reading(message, decoded.charset, [Error("sender-unproven", Location("MSH", 1, 4))])
        errors = check(message, processing_ids=self._processing_ids)
        return Reading(message, decoded.charset, errors, registration.source.code)

    async def _keep(self, raw: bytes, peer: Peer, reading: Reading) -> bytes | None:
        message, errors = reading.message, reading.errors
        answer = acknowledge(message, errors, datetime.now(_ZONE), f"F{time.time_ns():X}")
        code = code_of(message, errors)
        arrival = Arrival(
            raw=raw,
            acknowledgement=b"" if answer is None else _encode(answer, reading.charset),
            state=REFUSED if message is None or refuses(errors) else RECEIVED,
            peer=f"{peer.host}:{peer.port}",
            source=reading.source,
            control_id="" if message is None else message.header[10].value,
            event="" if message is None else event(message),
            charset=reading.charset,
            keys=[] if message is None else sorted({self._keyed(value) for value in identifiers(message)}),
            orders=[] if message is None else sorted({self._keyed(value) for value in orders(message)}),
            findings=[finding(error) for error in errors],
            code=code,
        )
        acknowledgement, duplicate = await self._inbox.add(arrival)
        MESSAGES.labels("duplicate" if duplicate else code).inc()
        source_metrics.answered(reading.source, "duplicate" if duplicate else code)
        log.info(
            "message", extra={FIELDS: {"source": reading.source[:64], "code": code, "duplicate": duplicate}}
        )
        return acknowledgement or None


def _apology(reading: Reading) -> bytes | None:
    """Our fault: nothing was kept, and the sender may send it again (line 27)."""
    errors = [Error("internal", Location("MSH", 1))]
    answer = acknowledge(reading.message, errors, datetime.now(_ZONE), f"F{time.time_ns():X}")
    MESSAGES.labels(code_of(reading.message, errors)).inc()
    return None if answer is None else _encode(answer, reading.charset)


def _again(message: Message, decoded: Decoded, raw: bytes, source: Source) -> tuple[Message, Decoded]:
    """Read once more where MSH-18 is silent and this source writes another character set than most."""
    if message.header[18] or codec_of(source.charset) == codec_of("GB18030"):
        return message, decoded
    decoded = decode(raw, source.charset)
    return Message.parse(decoded.text), decoded


def _parse(text: str) -> Message | None:
    try:
        return Message.parse(text)
    except MessageError:
        return None


def _encode(text: str, charset: str) -> bytes:
    try:
        return encode(text, charset)
    except (UnicodeEncodeError, LookupError):
        return encode(text, "UTF-8")
