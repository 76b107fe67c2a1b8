"""Connection: one accepted MLLP connection, from its first byte to its last answer.

HL7 MLLP Release 1, 2.3. Reading goes on while handlers work; answers leave in the order of their messages;
what waits is bounded in number and in bytes, so that a flood fills the sender's buffers and not ours.
"""

import asyncio
import contextlib
import functools
import logging
from asyncio import Queue, Semaphore, StreamReader, StreamWriter, Task
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.mllp.budget import Budget, Share
from adapters.mllp.frame import LIMIT, Block, Broken, Decoder, Event, Oversize, Skipped, frame
from adapters.mllp.peer import Peer, peer_of

Answer = bytes | tuple[bytes, ...] | None
"""The block that answers a message, several in their order, or none."""
Handler = Callable[[bytes, Peer], Awaitable[Answer]]
_Work = Callable[[], Awaitable[Answer]]

_log = logging.getLogger(__name__)
_PACKET = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """What one listener grants: bytes, seconds and numbers."""

    size: int = LIMIT
    idle: float = 3600.0
    frame: float = 60.0
    connections: int = 500
    queue: int = 64
    # Bytes of messages that all connections together hold in memory.
    memory: int = 8 * LIMIT
    # How many messages of one connection are handled at the same time (they start in their order).
    in_flight: int = 1


class Observer:
    """Told of all that is no message; a feed overrides what it cares about."""

    def skipped(self, count: int, peer: Peer) -> None:
        """So many bytes stood outside any block."""

    def refused(self, peer: Peer) -> None:
        """A connection was closed at once: too many are open, or the peer is not admitted."""

    async def broken(self, fragment: bytes, peer: Peer) -> bytes | None:
        """A fragment is no block; what is returned is sent as its answer."""

    async def oversize(self, head: bytes, size: int, peer: Peer) -> bytes | None:
        """A block of `size` bytes is above the limit; what is returned is sent as its answer."""


class ServedConnection:
    """Serves one accepted connection."""

    def __init__(
        self,
        reader: StreamReader,
        writer: StreamWriter,
        handler: Handler,
        limits: Limits,
        observer: Observer,
        budget: Budget,
    ) -> None:
        self.peer = peer_of(writer)
        self._reader = reader
        self._writer = writer
        self._handler = handler
        self._limits = limits
        self._observer = observer
        self._share = Share(budget)
        self._decoder = Decoder(limits.size)
        self._answers: Queue[Task[Answer] | None] = Queue()
        self._places = Semaphore(limits.queue)
        self._turns = Semaphore(limits.in_flight)
        self._waiting = 0
        self._room = asyncio.Event()
        self._listening = False
        self._stopped = False
        self._reading: Task[None] | None = None

    async def serve(self) -> None:
        """Read, handle and answer until either side ends; every message read is handled before."""
        self._reading = asyncio.create_task(self._read())
        try:
            await self._write()
            await self._reading
        except asyncio.CancelledError:
            if not self._stopped:
                raise
        finally:
            await self._end()

    def stop_reading(self) -> None:
        """Take no more messages; those already read are still handled and answered."""
        self._stopped = True
        if self._listening and self._reading is not None:
            self._reading.cancel()

    def say(self, block: bytes) -> bool:
        """Send a block that answers nothing; False where the connection is closing."""
        if self._writer.is_closing():
            return False
        self._writer.write(frame(block))
        return True

    async def _end(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        while not self._answers.empty():
            unfinished = self._answers.get_nowait()
            if unfinished is not None:
                unfinished.cancel()
        self._share.keep(0)
        self._writer.close()
        with contextlib.suppress(OSError):
            await asyncio.wait_for(self._writer.wait_closed(), 5)

    async def _read(self) -> None:
        try:
            while data := await self._packet():
                # A sender waits here, and its own buffers fill, while the others' messages take all memory.
                await self._share.claim(len(data))
                for event in self._decoder.feed(data):
                    await self._take(event)
                self._share.keep(self._decoder.held + self._waiting)
            for event in () if self._stopped else self._decoder.finish():
                await self._take(event)
        except OSError:
            _log.info("a connection was lost while reading")
        finally:
            self._answers.put_nowait(None)

    async def _packet(self) -> bytes:
        """The next bytes; none at the end, or when the sender was silent for too long."""
        while not self._stopped:
            seconds = self._limits.frame if self._decoder.inside else self._limits.idle
            self._listening = True
            try:
                async with asyncio.timeout(seconds):
                    return await self._reader.read(_PACKET)
            except TimeoutError:
                if self._decoder.inside or not self._waiting:
                    break
            finally:
                self._listening = False
        return b""

    async def _take(self, event: Event) -> None:
        match event:
            case Block(data):
                await self._queue(functools.partial(self._handler, data, self.peer), len(data))
            case Broken(data):
                await self._queue(functools.partial(self._observer.broken, data, self.peer), len(data))
            case Oversize(head, size):
                await self._queue(
                    functools.partial(self._observer.oversize, head, size, self.peer), len(head)
                )
            case Skipped(count):
                self._observer.skipped(count, self.peer)

    async def _queue(self, work: _Work, size: int) -> None:
        """Start the work as soon as there is room for it, in order."""
        await self._places.acquire()
        while self._waiting and self._waiting + size > self._limits.size:
            self._room.clear()
            await self._room.wait()
        self._waiting += size
        self._answers.put_nowait(asyncio.create_task(self._handle(work, size)))

    async def _handle(self, work: _Work, size: int) -> Answer:
        try:
            async with self._turns:
                return await work()
        except Exception as error:
            # Neither the message nor the error's text: both may hold patient data.
            _log.error("a handler failed with %s", type(error).__name__)
            return None
        finally:
            self._waiting -= size
            self._share.give_back(size)
            self._room.set()

    async def _write(self) -> None:
        """Send the answers in order; when the peer is gone, still let the handlers finish."""
        while (task := await self._answers.get()) is not None:
            answer = await task
            if answer is not None and not self._writer.is_closing():
                try:
                    blocks = (answer,) if isinstance(answer, bytes) else answer
                    self._writer.write(b"".join(map(frame, blocks)))
                    await self._writer.drain()
                except OSError:
                    _log.info("a connection was lost while writing")
                    self.stop_reading()
            self._places.release()
