"""A relay between a client and MongoDB: bytes that do not arrive for a while, or replies that never do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.uri_parser import parse_uri


class Relay:
    """Forwards bytes both ways while `flowing` is set; the reply to what holds `unanswered` never arrives."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.unanswered: bytes | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        onward, forth = await asyncio.open_connection(*self._target)
        asked = asyncio.Event()
        await asyncio.gather(
            self._pump(reader, forth, asked), self._pump(onward, writer, asked, answers=True),
            return_exceptions=True,
        )  # fmt: skip

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asked: asyncio.Event,
        *,
        answers: bool = False,
    ) -> None:
        try:
            while data := await reader.read(65_536):
                await self.flowing.wait()
                if answers and asked.is_set():
                    break
                if self.unanswered is not None and self.unanswered in data:
                    asked.set()
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def relayed(uri: str) -> AsyncIterator[tuple[AsyncMongoClient[dict[str, Any]], Relay]]:
    """A client of the MongoDB at `uri` that reaches it through a relay alone."""
    parts = parse_uri(uri)
    relay = Relay(*parts["nodelist"][0])
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        "127.0.0.1", port, directConnection=True, username=parts["username"], password=parts["password"],
        tz_aware=True,
    )  # fmt: skip
    try:
        yield client, relay
    finally:
        relay.flowing.set()
        await client.close()
        server.close()
