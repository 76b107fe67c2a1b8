"""The feed under load: a flood through MLLP until all is visible, and a steady stream whose lag is taken.

Accepted means acknowledged with AA, which the platform says only after the bytes are durable. Visible
means found by a FHIR search.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from adapters.mllp.client import Connection, MllpError, connect
from services.inbox import DEAD, DONE, RECEIVED
from tests.performance.connection import Reply, request
from tests.performance.figure import Tally
from tests.performance.load import Session
from tests.performance.messages import adt_a01, control_id, document, filler, mdm_t02, oru_r01, visit
from tests.performance.region import Region

_LOOK = 0.1
_POLL = 0.025
_PATIENCE = 10.0
_SAMPLES = 20
_POOL = 400


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: its bytes by number, where FHIR shows it, and what stands there how often."""

    name: str
    message: Callable[[int], bytes]
    place: Callable[[int], str]
    mark: bytes
    marks: int

    def visible(self, reply: Reply) -> bool:
        """Does the reply show the whole message?"""
        return reply.status == 200 and reply.body.count(self.mark) >= self.marks


def admissions() -> Kind:
    """ADT^A01: every second one of a new patient, the others of one seen before."""

    def patient(number: int) -> int:
        return number if number % 2 else number // 4

    return Kind(
        "ADT^A01",
        lambda number: adt_a01(number, patient(number)),
        lambda number: f"/fhir/Encounter?identifier={visit(number)}",
        b'"fullUrl"',
        1,
    )


def reports(results: int) -> Kind:
    """ORU^R01 with `results` OBX for one of 400 patients."""
    return Kind(
        f"ORU^R01 with {results} OBX",
        lambda number: oru_r01(number, number % _POOL, results),
        lambda number: f"/fhir/DiagnosticReport?identifier={filler(number)}",
        b"Observation/",
        results,
    )


def documents() -> Kind:
    """MDM^T02 of 20 MB."""
    return Kind(
        "MDM^T02 of 20 MB",
        lambda number: mdm_t02(number, number % _POOL),
        lambda number: f"/fhir/DocumentReference?identifier={document(number)}",
        b'"fullUrl"',
        1,
    )


@dataclass(slots=True)
class Flood:
    """What became of a flood; seconds until all was acknowledged, and until all was visible."""

    accepted: Tally
    accepting: float
    visible: Tally
    working: float


class Feed:
    """The listener under load; each message number is used once, so that none is a duplicate."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._inbox = region.database["inbox"]
        self._numbers = itertools.count(1)

    async def flood(self, kind: Kind, connections: int, count: int, seconds: float, patience: float) -> Flood:
        """Send up to `count` messages within `seconds`, one in flight on each connection; wait for them."""
        tally, visible = Tally(), Tally()
        numbers = list(itertools.islice(self._numbers, count))
        waiting, started = iter(numbers), time.perf_counter()
        async with self._open(connections) as opened:
            work = [self._send(connection, kind, waiting, tally, started + seconds) for connection in opened]
            await asyncio.gather(*work)
        accepting = time.perf_counter() - started
        left = await self._drained(patience)
        working = time.perf_counter() - started
        done = await self._which(kind, numbers, DONE)
        visible.count(len(done))
        await self._look_up(kind, done, visible)
        self._fault(visible, "dead letters", len(await self._which(kind, numbers, DEAD)))
        await self._forget(left)
        return Flood(tally, accepting, visible, working)

    async def stream(self, kind: Kind, connections: int, rate: float, seconds: float) -> Tally:
        """Send `rate` messages a second, whatever the answers; the lags of about ten of them a second."""
        lags = Tally()
        looking: list[asyncio.Task[None]] = []
        queue: asyncio.Queue[tuple[int, float, bool] | None] = asyncio.Queue()
        async with self._open(connections) as opened:
            senders = [asyncio.create_task(self._serve(each, kind, queue, lags, looking)) for each in opened]
            await self._schedule(queue, rate, seconds)
            for _ in senders:
                queue.put_nowait(None)
            await asyncio.gather(*senders)
        await asyncio.gather(*looking)
        await self._forget(await self._drained(_PATIENCE))
        return lags

    async def _schedule(
        self, queue: asyncio.Queue[tuple[int, float, bool] | None], rate: float, seconds: float
    ) -> None:
        started, every = time.perf_counter(), max(1, round(rate / 10))
        for turn in range(max(1, round(rate * seconds))):
            due = started + turn / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            queue.put_nowait((next(self._numbers), due, turn % every == 0))

    async def _serve(
        self,
        connection: Connection,
        kind: Kind,
        queue: asyncio.Queue[tuple[int, float, bool] | None],
        lags: Tally,
        looking: list[asyncio.Task[None]],
    ) -> None:
        while (item := await queue.get()) is not None:
            number, due, looked_at = item
            problem = await _acknowledged(connection, kind.message(number))
            if problem:
                lags.note(due, time.perf_counter(), problem)
            elif looked_at:
                looking.append(asyncio.create_task(self._await_visible(kind, number, due, lags)))

    async def _await_visible(self, kind: Kind, number: int, due: float, lags: Tally) -> None:
        session = Session(self._region.port)
        asked = request("GET", kind.place(number), self._region.token)
        while time.perf_counter() - due < _PATIENCE:
            reply = await session.exchange(asked, lambda _: None)
            if reply and kind.visible(reply):
                lags.note(due, time.perf_counter())
                break
            await asyncio.sleep(_POLL)
        else:
            lags.note(due, time.perf_counter(), f"not visible within {_PATIENCE:g} s")
        session.close()

    async def _send(
        self, connection: Connection, kind: Kind, waiting: Iterator[int], tally: Tally, until: float
    ) -> None:
        while time.perf_counter() < until and (number := next(waiting, None)) is not None:
            message = kind.message(number)
            started = time.perf_counter()
            problem = await _acknowledged(connection, message)
            tally.note(started, time.perf_counter(), problem)
            if problem and problem.startswith("no answer"):
                return

    @contextlib.asynccontextmanager
    async def _open(self, connections: int) -> AsyncIterator[list[Connection]]:
        async with contextlib.AsyncExitStack() as stack:
            port = self._region.settings.mllp_port
            yield [
                await stack.enter_async_context(await connect("127.0.0.1", port)) for _ in range(connections)
            ]

    async def _which(self, kind: Kind, numbers: Sequence[int], state: str) -> list[int]:
        """Those of the messages `numbers` that are in `state`."""
        by_control = {control_id(kind.message(number)).decode(): number for number in numbers}
        filter = {"control_id": {"$in": list(by_control)}, "state": state}
        return [by_control[row["control_id"]] async for row in self._inbox.find(filter, {"control_id": True})]

    async def _drained(self, patience: float) -> int:
        """Wait until nothing waits any more, or for `patience` seconds; how many still wait."""
        deadline = time.perf_counter() + patience
        while True:
            left = await self._count(RECEIVED)
            if not left or time.perf_counter() > deadline:
                return left
            await asyncio.sleep(_LOOK)

    async def _look_up(self, kind: Kind, numbers: Sequence[int], visible: Tally) -> None:
        """Is what is said to be done found through FHIR?"""
        session = Session(self._region.port)
        for number in numbers[:: max(1, len(numbers) // _SAMPLES)]:
            reply = await session.exchange(
                request("GET", kind.place(number), self._region.token), lambda _: None
            )
            self._fault(visible, "done, but not found through FHIR", not (reply and kind.visible(reply)))
        session.close()

    def _fault(self, tally: Tally, problem: str, count: int) -> None:
        if count:
            tally.errors[problem] += count

    async def _forget(self, left: int) -> None:
        """What still waits would be in the way of the next measurement."""
        if left:
            await self._inbox.delete_many({"state": RECEIVED})

    async def _count(self, state: str) -> int:
        return await self._inbox.count_documents({"state": state})


async def _acknowledged(connection: Connection, message: bytes) -> str | None:
    """Send one message; the problem where it was not accepted for this very message."""
    try:
        answer = await connection.send(message)
    except MllpError:
        return "no answer"
    accepted = b"MSA|AA|" + control_id(message) in answer
    return None if accepted else f"refused ({answer.partition(b'MSA|')[2][:2].decode()})"
