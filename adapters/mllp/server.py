"""Server: listens for MLLP connections, within limits, and drains before it goes.

HL7 MLLP Release 1, 2.3 (Flow). TLS by the `ssl.SSLContext` that the caller configures.
"""

import asyncio
import logging
import socket
import ssl as tls
from asyncio import StreamReader, StreamWriter, Task
from collections.abc import Callable

from adapters.mllp.budget import Budget
from adapters.mllp.connection import Handler, Limits, Observer, ServedConnection
from adapters.mllp.peer import Peer, peer_of

_log = logging.getLogger(__name__)
_BUFFER = 65_536
_HANDSHAKE_SECONDS = 15.0
"""Who does not shake hands by then holds a socket and no place among the connections."""


class Server:
    """A running listener; `start` makes one."""

    def __init__(
        self, handler: Handler, limits: Limits, observer: Observer, admit: Callable[[Peer], bool]
    ) -> None:
        self._handler = handler
        self._limits = limits
        self._observer = observer
        self._admit = admit
        self._budget = Budget(limits.memory)
        self._served: dict[Task[None], ServedConnection] = {}
        self._listener: asyncio.Server | None = None

    async def listen(self, host: str, port: int, ssl: tls.SSLContext | None) -> None:
        """Open the port; OSError when it is taken."""
        handshake = None if ssl is None else _HANDSHAKE_SECONDS
        self._listener = await asyncio.start_server(
            self._accept, host, port, ssl=ssl, ssl_handshake_timeout=handshake, limit=_BUFFER
        )

    @property
    def port(self) -> int:
        """The port that is listened on."""
        assert self._listener is not None
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._served)

    def say(self, peer: Peer, block: bytes) -> bool:
        """Send a block of our own on the open connection of `peer`; False where it is closed."""
        return any(each.peer == peer and each.say(block) for each in self._served.values())

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        peer = peer_of(writer)
        if len(self._served) >= self._limits.connections or not self._admit(peer):
            self._observer.refused(peer)
            writer.close()
            return
        # A sender whose machine vanished must not hold its place for ever.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = ServedConnection(
            reader, writer, self._handler, self._limits, self._observer, self._budget
        )
        task = asyncio.create_task(connection.serve())
        self._served[task] = connection
        task.add_done_callback(self._forget)

    def _forget(self, task: Task[None]) -> None:
        del self._served[task]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("a connection failed with %s", type(error).__name__)

    async def close(self, drain_seconds: float = 10.0) -> None:
        """Stop listening and reading, let what was read be handled and answered, then close.

        After `drain_seconds` the rest is abandoned: it was never acknowledged, so its sender sends it again.
        """
        if self._listener is not None:
            self._listener.close()
        for connection in list(self._served.values()):
            connection.stop_reading()
        tasks = list(self._served)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=drain_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._listener is not None:
            await self._listener.wait_closed()


async def start(
    handler: Handler,
    host: str,
    port: int,
    limits: Limits | None = None,
    ssl: tls.SSLContext | None = None,
    *,
    observer: Observer | None = None,
    admit: Callable[[Peer], bool] = lambda peer: True,
) -> Server:
    """A listener on `host`:`port` (0: any free port) that passes each block to `handler`.

    What the handler returns is the answer; None is no answer. `admit` decides who may connect (an IP
    allow-list). OSError when the port is taken.
    """
    server = Server(handler, limits or Limits(), observer or Observer(), admit)
    await server.listen(host, port, ssl)
    return server
