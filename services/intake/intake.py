"""Intake: from the bytes of a block to its acknowledgement, with the durable inbox between.

Design, section 5: character set, header, structure, required fields, duplicate key; then raw bytes durable;
then the acknowledgement. Nothing else is looked up, so that a slow store elsewhere delays no sender.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from prometheus_client import Counter
from pymongo.errors import PyMongoError

from adapters.hl7v2 import batch_answer
from adapters.hl7v2.ack import acknowledge, code_of, is_acknowledgement, is_enhanced, wants
from adapters.hl7v2.batch import Batch, split
from adapters.hl7v2.charset import encode, header
from adapters.hl7v2.check import refuses
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.query import is_query
from adapters.hl7v2.sequence import Place, awaited, judge, opens_link
from services import source_metrics
from services.arriving import event, finding, identifiers, orders
from services.inbox import DONE, RECEIVED, REFUSED, Arrival, Inbox, Kept
from services.intake.commitment import Commitment
from services.intake.pace import Pace
from services.intake.pressure import Pressure
from services.intake.proof import Sender
from services.intake.reading import USUAL, Reader, Reading, parse, spoken_in
from services.intake.reply import Ask
from services.intake.strangers import Strangers
from services.intake.verdict import LOCKED, verdict
from services.log import FIELDS
from services.sources import Sources

log = logging.getLogger("furong.feed")

MESSAGES = Counter("furong_feed_messages_total", "HL7 v2 messages", ["code"])
HIGH_WATER, COMMIT_SECONDS, STRANGERS_BYTES = 100_000, 20.0, 256_000_000

_ZONE = ZoneInfo("Asia/Shanghai")
_QUARANTINED_BYTES = 1_000_000
_AT_ONCE = 16
_HEADER = Location("MSH", 1)


class Taken(NamedTuple):
    """What a sender is told: the answer (None: it wants none), all codes, may it try again?

    `accept`: of a query in enhanced mode, what a connection says before the answer.
    """

    answer: bytes | None
    codes: tuple[str, ...]
    transient: bool = False
    accept: bytes | None = None


class Intake:
    """Handles the blocks of one way in.

    `ask` answers the queries of registered sources. `spoken` is told which sender speaks for which source;
    `heard` of every acknowledgement (source, MSA-2, MSA-1), and says whether anybody waits for it.
    """

    def __init__(
        self,
        inbox: Inbox,
        sources: Sources,
        keyed: Callable[[str], str],
        processing_ids: Collection[str],
        *,
        high_water: int = HIGH_WATER,
        commit_seconds: float = COMMIT_SECONDS,
        strangers_bytes: int = STRANGERS_BYTES,
    ) -> None:
        self._inbox = inbox
        self._keyed = keyed
        self._reader = Reader(sources, processing_ids)
        self._pace = Pace()
        self._commitment = Commitment(inbox, commit_seconds)
        self._counting: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.pressure = Pressure(inbox, high_water)
        self.strangers = Strangers(inbox, strangers_bytes)
        self.spoken: Callable[[str, Sender], None] = lambda source, sender: None
        self.heard: Callable[[str, str, str], Awaitable[bool]] | None = None
        self.ask: Ask | None = None

    async def receive(self, raw: bytes, sender: Sender) -> bytes | tuple[bytes, ...] | None:
        """The acknowledgement of a block, once the block is durable; None where the sender wants none.

        Of a query its answer, where it wants both after its acceptance.
        """
        taken = await self.take(raw, sender)
        if taken.accept is None:
            return taken.answer
        return taken.accept if taken.answer is None else (taken.accept, taken.answer)

    async def take(self, raw: bytes, sender: Sender, charset: str | None = None) -> Taken:
        """Take in a block or a batch; `charset` is what the transport says where MSH-18 is silent."""
        batch = split(raw)
        if not batch.parts:
            return await self._one(raw, sender, charset)
        taken: list[Taken] = []
        for start in range(0, len(batch.messages), _AT_ONCE):
            chunk = batch.messages[start : start + _AT_ONCE]
            taken += await asyncio.gather(*(self._one(each, sender, charset) for each in chunk))
        return _together(batch, taken)

    async def _one(self, raw: bytes, sender: Sender, charset: str | None) -> Taken:
        await self.pressure.ease()
        reading: Reading | None = None
        try:
            reading = await self._reader.read(raw, sender, charset)
            return await self._judged(raw, sender, reading)
        except PyMongoError as error:
            log.error("a message can't be kept", extra={FIELDS: {"error": type(error).__name__}})
            return _later(reading or _unread(raw, [], charset), "internal")

    async def _judged(self, raw: bytes, sender: Sender, reading: Reading) -> Taken:
        message, registration = reading.message, reading.registration
        if message is None or registration is None:
            return await self._stranger(raw, sender, reading)
        if not reading.decoded:
            return await self._keep(raw, sender, reading)
        self.spoken(reading.source, sender)
        if is_acknowledgement(message):
            return await self._acknowledged(raw, sender, reading)
        if self.ask is not None and is_query(message):
            return await self._asked(self.ask, sender, reading)
        if self.pressure.full or not await self._pace.turn(reading.source, registration.terms.rate):
            return _later(reading, "busy")
        if registration.terms.numbered:
            return await self._numbered(raw, sender, reading)
        return await self._keep(raw, sender, reading)

    async def _asked(self, ask: Ask, sender: Sender, reading: Reading) -> Taken:
        """A query: nothing of it is kept here."""
        reply = await ask(reading, sender)
        MESSAGES.labels(reply.code).inc()
        source_metrics.answered(reading.source, reply.code)
        return Taken(reply.answer, (reply.code,), reply.transient, reply.accept)

    async def oversize(self, head: bytes, size: int, sender: Sender) -> bytes | None:
        """The refusal of a block above the limit, of which `head` came before it was cut off."""
        reading = _unread(head, [Error("too-large", _HEADER)])
        return await self._quarantined(head, sender, reading)

    async def broken(self, fragment: bytes, sender: Sender) -> bytes | None:
        """The refusal of a fragment that never became a block."""
        reading = Reading(None, "UTF-8", [Error("no-header", _HEADER)])
        return await self._quarantined(fragment, sender, reading)

    async def _quarantined(self, raw: bytes, sender: Sender, reading: Reading) -> bytes | None:
        try:
            return (await self._stranger(raw, sender, reading)).answer
        except PyMongoError as error:
            log.error("a fragment can't be kept", extra={FIELDS: {"error": type(error).__name__}})
            return _later(reading, "internal").answer

    async def _stranger(self, raw: bytes, sender: Sender, reading: Reading) -> Taken:
        """Refuse what nobody has proved to have sent; its beginning is kept while there is room for such."""
        head = raw[:_QUARANTINED_BYTES]
        if self.strangers.room(len(head)):
            return await self._keep(head, sender, reading)
        code = code_of(reading.message, reading.errors)
        MESSAGES.labels(code).inc()
        return Taken(_answer(reading, reading.errors), (code,))

    async def _acknowledged(self, raw: bytes, sender: Sender, reading: Reading) -> Taken:
        """An acknowledgement is never acknowledged; one nobody waits for is logged (line 29)."""
        assert reading.message is not None
        msa = reading.message["MSA"]
        known = False
        if msa is not None and self.heard is not None:
            known = await self.heard(reading.source, msa[2].value, msa[1].value.strip().upper())
        if not known:
            log.warning(
                "an acknowledgement that nobody waits for",
                extra={FIELDS: {"source": source_metrics.name(reading.source)}},
            )
            errors = [Error("unexpected-acknowledgement", Location("MSA", 1))]
            arrival = self._arrival(raw, sender, reading, errors)
            await self._inbox.add(arrival)
        return Taken(None, ())

    async def _numbered(self, raw: bytes, sender: Sender, reading: Reading) -> Taken:
        """A message of a source that counts in MSH-13 (line 30): one after the other."""
        assert reading.message is not None
        async with self._counting[reading.source]:
            accepted = await self._inbox.last_number(reading.source)
            place, last, expected = judge(reading.message.header[13].value, accepted)
            arrival = self._arrival(raw, sender, reading, reading.errors)
            kept = await self._inbox.earlier(arrival)
            if kept is not None:
                return await self._told(kept, arrival, reading, expected and awaited(accepted))
            key = {Place.AHEAD: "sequence-number", Place.DUPLICATE: "duplicate"}.get(place)
            allowed = "type-unsupported" if opens_link(reading.message) else ""
            found = [error for error in reading.errors if error.text_key != allowed]
            errors = [*found, *([Error(key, Location("MSH", 1, 13))] if key else [])]
            number = None if place is Place.UNNUMBERED or refuses(errors) else last
            if number is None:
                expected = expected and awaited(accepted)
            return await self._keep(raw, sender, reading, errors, number=number, expected=expected)

    async def _keep(
        self,
        raw: bytes,
        sender: Sender,
        reading: Reading,
        errors: Sequence[Error] | None = None,
        *,
        number: int | None = None,
        expected: int | None = None,
    ) -> Taken:
        found = reading.errors if errors is None else errors
        arrival = self._arrival(raw, sender, reading, found, number=number, expected=expected)
        return await self._told(await self._inbox.add(arrival), arrival, reading, expected)

    def _arrival(
        self,
        raw: bytes,
        sender: Sender,
        reading: Reading,
        errors: Sequence[Error],
        *,
        number: int | None = None,
        expected: int | None = None,
    ) -> Arrival:
        message = reading.message
        refused = message is None or refuses(errors)
        waits = not refused and _waits(reading)
        answer = None if waits else _answer(reading, errors, expected)
        return Arrival(
            raw=raw,
            acknowledgement=answer or b"",
            state=REFUSED if refused else RECEIVED,
            peer=f"{sender.host}:{sender.port}",
            source=reading.source,
            application="" if message is None else message.header[3][1].value.strip(),
            control_id="" if message is None else message.header[10].value,
            event="" if message is None else event(message),
            charset=reading.charset,
            keys=[] if message is None else sorted({self._keyed(value) for value in identifiers(message)}),
            orders=[] if message is None else sorted({self._keyed(value) for value in orders(message)}),
            findings=[finding(error) for error in errors],
            code="" if waits else code_of(message, errors),
            sequence=number,
            replies=not refused and message is not None and _replies(reading),
            stranger=reading.registration is None,
            received=reading.received,
        )

    async def _told(
        self, kept: Kept, arrival: Arrival, reading: Reading, expected: int | None = None
    ) -> Taken:
        """What the sender hears of a message that is durable."""
        if arrival.state == RECEIVED and _waits(reading):
            return await self._committed(kept, reading, expected)
        code = "duplicate" if kept.duplicate and arrival.state != REFUSED else arrival.code
        MESSAGES.labels(code).inc()
        source_metrics.answered(reading.source, code)
        source = source_metrics.name(reading.source)
        fields = {"source": source, "code": arrival.code, "duplicate": kept.duplicate}
        log.info("message", extra={FIELDS: fields})
        return Taken(kept.acknowledgement or None, (arrival.code,))

    async def _committed(self, kept: Kept, reading: Reading, expected: int | None) -> Taken:
        """AA once the message is FHIR; AE where it is among the dead letters; AR where it still waits (206:
        behind an earlier one of the same patient)."""
        state = await self._commitment.state(kept.id)
        waits = state == RECEIVED
        reason = None if waits or state == DONE else await self._inbox.reason(kept.id)
        if waits and await self._inbox.behind(kept.id):
            state = LOCKED
        errors = [*reading.errors, *verdict(state, reason)]
        code, answer = code_of(reading.message, errors), _answer(reading, errors, expected) or b""
        MESSAGES.labels(code).inc()
        source_metrics.answered(reading.source, code)
        if waits:
            return Taken(answer, (code,), transient=True)
        if kept.acknowledgement and state == DONE and _says(kept.acknowledgement, code):
            return Taken(kept.acknowledgement, (code,))
        await self._inbox.answered(kept.id, answer, code)
        return Taken(answer, (code,))


def _unread(raw: bytes, errors: Sequence[Error], charset: str | None = None) -> Reading:
    """What is known of a block by its header alone."""
    message = parse(header(raw))
    return Reading(message, spoken_in(message, charset or USUAL), errors)


def _together(batch: Batch, taken: Sequence[Taken]) -> Taken:
    """The answer to a batch."""
    answer = batch_answer.answer(
        batch, [each.answer for each in taken], datetime.now(_ZONE), f"F{time.time_ns():X}"
    )
    codes = tuple(code for each in taken for code in each.codes)
    transient = any(each.transient for each in taken)
    return Taken(answer, codes + (("AE",) if batch.errors else ()), transient)


def _waits(reading: Reading) -> bool:
    """Does the answer wait for the commit? In enhanced mode the application acknowledgement tells of it."""
    if reading.registration is None or reading.message is None:
        return False
    return reading.registration.terms.committed and not is_enhanced(reading.message)


def _replies(reading: Reading) -> bool:
    assert reading.message is not None
    return is_enhanced(reading.message) and wants(reading.message, "application")


def _answer(reading: Reading, errors: Sequence[Error], expected: int | None = None) -> bytes | None:
    """The acknowledgement; of what is refused also for who wants only the application level."""
    message, now, id = reading.message, datetime.now(_ZONE), f"F{time.time_ns():X}"
    answer = acknowledge(message, errors, now, id, sequence_number=expected)
    if answer is None and refuses(errors) and message is not None and not wants(message, "accept"):
        answer = acknowledge(message, errors, now, id, level="application", sequence_number=expected)
    return None if answer is None else _encode(answer, reading.charset)


def _later(reading: Reading, key: str) -> Taken:
    """Nothing was kept, and the sender may send it again (lines 27 and 65)."""
    errors = [Error(key, _HEADER)]
    code = code_of(reading.message, errors)
    MESSAGES.labels(code).inc()
    return Taken(_answer(reading, errors), (code,), transient=True)


def _says(acknowledgement: bytes, code: str) -> bool:
    return b"\rMSA|" + code.encode() in acknowledgement


def _encode(text: str, charset: str) -> bytes:
    try:
        return encode(text, charset)
    except (UnicodeEncodeError, LookupError):
        return encode(text, "UTF-8")
