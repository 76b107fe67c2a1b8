"""Queries: from a query that has been read to its answer, with the audit record between.

IHE ITI TF-2 3.9 (PIX Query), 3.21 (Patient Demographics Query); HL7 v2 3.3.56 to 3.3.58. Nothing is kept in
the inbox. What is answered is recorded before the answer leaves, with everybody whom it tells of.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from prometheus_client import Counter
from pymongo.errors import PyMongoError

from adapters.hl7v2.check import refuses
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.query import CANCEL, CANDIDATES, CORRESPONDING, DEMOGRAPHICS, Query
from adapters.v2_to_fhir.context import Context as ReadingContext
from auth.access import AccessOf
from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from auth.audit.recorder import NotRecordedError
from auth.principal import Principal
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from services import source_metrics
from services.intake.pace import Pace
from services.intake.proof import Sender
from services.intake.reading import Reading
from services.intake.reply import Ask, Reply
from services.log import FIELDS
from services.platform import Platform
from services.queries import asker
from services.queries.answers import Answer, Desk, answer
from services.queries.continuation import Continuations
from services.queries.domains import Domains
from services.queries.numbers import Unanswerable
from services.queries.places import FullError, Places
from services.queries.writing import written
from services.sources import Registration, Sources
from services.steps_of_time import STEP, left

log = logging.getLogger("furong.feed")

QUERIES = Counter(
    "furong_queries_total", "HL7 v2 queries by what they ask for and their answer", ["event", "code"]
)
SECONDS = 10.0
"""An answer that takes longer to find is not waited for."""
_HEADER = Location("MSH", 1)
_FAULTS = {
    Fault.THROTTLED: "busy",
    Fault.FORBIDDEN: "query-not-permitted",
    Fault.TOO_COSTLY: "too-many-found",
}
_INTERACTIONS = {
    DEMOGRAPHICS: Interaction.PERSON_QUERY,
    CANDIDATES: Interaction.PDQ,
    CORRESPONDING: Interaction.PIX,
}


async def answering(platform: Platform, sources: Sources) -> Ask:
    """What answers the queries of one process."""
    queries = Queries(platform, sources)
    await queries.continuations.prepare()
    return queries.answer


@dataclass(frozen=True, slots=True)
class _Asked:
    """One query, who asks it, and as whom he is judged."""

    message: Message
    query: Query
    registration: Registration
    principal: Principal
    access: AccessOf
    host: str


class Queries:
    """Answers the queries of one process."""

    def __init__(self, platform: Platform, sources: Sources) -> None:
        self._platform = platform
        self._sources = sources
        self.continuations = Continuations(platform.store)
        self._pace = Pace()
        self._places = Places()

    async def answer(self, reading: Reading, sender: Sender) -> Reply:
        """What a registered source is told that asks, or that wants no more of an answer."""
        started = time.monotonic()
        message, registration = reading.message, reading.registration
        assert message is not None
        assert registration is not None
        principal = asker.principal(sender, registration)
        access = AccessOf(principal, self._platform.grounds)
        asked = _Asked(message, Query.of(message), registration, principal, access, sender.host)
        found, errors = Answer(), [*reading.errors, *_unfit(asked, sender)]
        if not refuses(errors):
            found, more = await self._looked_up(asked)
            errors += more
        reply = await self._recorded(asked, reading, found, errors)
        if not (found.segments or principal.regional):
            await asyncio.sleep(left(time.monotonic() - started, STEP))
        _count(asked, reply)
        return reply

    async def _looked_up(self, asked: _Asked) -> tuple[Answer, list[Error]]:
        """What is found, or what is wrong; our own faults without a word of what they are."""
        code, rate = asked.registration.source.code, asked.registration.terms.rate
        try:
            if not await self._pace.turn(code, rate):
                raise FullError
            async with asyncio.timeout(SECONDS), self._places.place(code):
                return await self._answer(asked), []
        except Unanswerable as wrong:
            return Answer(), list(wrong.errors)
        except Refusal as refusal:
            return Answer(), [Error(_FAULTS.get(refusal.fault, "query-failed"), _HEADER)]
        except FullError:
            return Answer(), [Error("busy", _HEADER)]
        except (PyMongoError, TimeoutError) as error:
            log.error("a query can't be answered", extra={FIELDS: {"error": type(error).__name__}})
            return Answer(), [Error("query-failed", _HEADER)]

    async def _answer(self, asked: _Asked) -> Answer:
        source = asked.registration.source
        if asked.query.event == CANCEL:
            await self.continuations.cancel(source.code, asked.query.tag)
            return Answer()
        await self._platform.limits.request(asked.principal)
        store = self._platform.store
        reading = ReadingContext(asked.message, source, store.vault.identify)
        domains = Domains(self._sources.known_by_heart, reading)
        return await answer(
            Desk(self._context(asked), reading, domains, self.continuations, source.code), asked.query
        )

    def _context(self, asked: _Asked) -> Context:
        return Context(
            store=self._platform.store,
            access=asked.access,
            base=self._platform.settings.fhir_base,
            reader=asked.principal.id,
            house=asked.registration.source.organization,
            look_up=partial(self._platform.limits.look_up, asked.principal),
        )

    async def _recorded(
        self, asked: _Asked, reading: Reading, found: Answer, errors: Sequence[Error]
    ) -> Reply:
        """The reply, once it is recorded what it tells; of a query that can't be recorded nothing is told."""
        reply = written(reading, found, errors)
        if asked.query.event == CANCEL:
            return reply
        try:
            for each in await asked.access.parted(_record(asked, reply, errors)):
                await self._platform.recorder.record(each)
        except (NotRecordedError, PyMongoError) as error:
            log.error("a query can't be recorded", extra={FIELDS: {"error": type(error).__name__}})
            return written(reading, Answer(), [Error("query-failed", _HEADER)])
        return reply


def _unfit(asked: _Asked, sender: Sender) -> list[Error]:
    """Why this source gets no answer, whatever it asks."""
    if not asker.proved(sender, asked.registration):
        return [Error("query-unproven", Location("MSH", 1, 4))]
    if asked.registration.terms.numbered and asked.message.header[13]:
        return [Error("query-numbered", Location("MSH", 1, 13))]
    return []


def _record(asked: _Asked, reply: Reply, errors: Sequence[Error]) -> AuditRecord:
    wrong = next((error for error in errors if error.severity == "E"), None)
    qpd = asked.message["QPD"]
    return AuditRecord(
        agent=Agent.of(asked.principal),
        interaction=_INTERACTIONS[asked.query.event],
        type="Patient",
        patients=tuple(reply.patients),
        query="" if qpd is None else qpd.raw,
        outcome=Outcome.SUCCESS if wrong is None else Outcome.FAILED if wrong.transient else Outcome.REFUSED,
        reason=None if wrong is None else wrong.text_key,
        peer=asked.host,
        request=str(asked.message.header[10])[:64] or None,
    )


def _count(asked: _Asked, reply: Reply) -> None:
    source, event = asked.registration.source.code, asked.query.event
    QUERIES.labels(event, reply.code).inc()
    fields = {"source": source_metrics.name(source), "event": event, "code": reply.code}
    log.info("query", extra={FIELDS: fields})
