"""Client: sends messages over MLLP and waits for their acknowledgements.

HL7 MLLP Release 1, 2.3. One message in flight; an answer that comes late or belongs to another message ends
the connection, so that it can never be taken for the answer to the next message.
"""

import asyncio
import contextlib
import ssl as tls
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Self

from adapters.mllp.frame import Block, Decoder, frame

Matches = Callable[[bytes, bytes], bool]

_PACKET = 65_536


class MllpError(ConnectionError):
    """No answer that belongs to the message: the connection was closed; the message may be sent again."""


class Connection:
    """One connection to a receiver; `connect` opens one."""

    def __init__(
        self,
        reader: StreamReader,
        writer: StreamWriter,
        seconds: float,
        matches: Matches | None = None,
        passes: Matches | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._seconds = seconds
        self._matches = matches
        self._passes = passes
        self._decoder = Decoder()
        self._replies: deque[bytes] = deque()
        self._turn = asyncio.Lock()

    async def send(self, block: bytes) -> bytes:
        """The answer to `block`; MllpError when none came in time or it belongs to another message."""
        async with self._turn, self._closed_on_failure():
            while self._replies and self._passes is not None and self._passes(block, self._replies[0]):
                self._replies.popleft()
            if self._replies:
                raise MllpError("the receiver sent an answer that nobody asked for")
            self._writer.write(frame(block))
            return await self._answer(block)

    async def tell(self, block: bytes) -> None:
        """Send `block`, for which no answer comes; MllpError when it can't be sent."""
        async with self._turn, self._closed_on_failure():
            self._writer.write(frame(block))
            try:
                async with asyncio.timeout(self._seconds):
                    await self._writer.drain()
            except OSError:
                raise MllpError("the connection broke") from None

    async def pipeline(self, blocks: Iterable[bytes], window: int = 32) -> AsyncIterator[tuple[bytes, bytes]]:
        """Send every block, up to `window` ahead of their answers; gives (block, answer) in order."""
        async with self._turn, self._closed_on_failure():
            sent: deque[bytes] = deque()
            for block in blocks:
                if len(sent) >= window:
                    yield sent[0], await self._answer(sent.popleft())
                self._writer.write(frame(block))
                sent.append(block)
            while sent:
                yield sent[0], await self._answer(sent.popleft())

    async def _answer(self, block: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                await self._writer.drain()
                reply = await self._reply()
                while self._passes is not None and self._passes(block, reply):
                    reply = await self._reply()
        except MllpError:
            raise
        except TimeoutError:
            raise MllpError("no answer in time") from None
        except OSError:
            raise MllpError("the connection broke") from None
        if self._matches is not None and not self._matches(block, reply):
            raise MllpError("the answer belongs to another message")
        return reply

    async def _reply(self) -> bytes:
        while not self._replies:
            data = await self._reader.read(_PACKET)
            if not data:
                raise MllpError("the receiver closed the connection")
            self._replies += (event.data for event in self._decoder.feed(data) if isinstance(event, Block))
        return self._replies.popleft()

    @contextlib.asynccontextmanager
    async def _closed_on_failure(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            self._writer.close()
            raise

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def connect(
    host: str,
    port: int,
    *,
    ssl: tls.SSLContext | None = None,
    seconds: float = 30.0,
    matches: Matches | None = None,
    passes: Matches | None = None,
) -> Connection:
    """A connection to `host`:`port`; `seconds` is the patience for each answer and for connecting.

    `matches(block, reply)` says whether a reply belongs to the block (MSA-2); `passes(block, reply)` that it
    is a message of its own, which is passed over. MllpError when nobody listens.
    """
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(host, port, ssl=ssl)
    except tls.SSLError:
        raise MllpError("the receiver and we don't agree on TLS, or its certificate is not trusted") from None
    except OSError:
        raise MllpError("the receiver cannot be reached") from None
    return Connection(reader, writer, seconds, matches, passes)
