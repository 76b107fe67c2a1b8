"""A listener on a free port for one test, and raw connections to it."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from adapters.mllp.server import Server, start

Serve = Callable[..., Awaitable[Server]]
Raw = Callable[[Server], Awaitable[tuple[StreamReader, StreamWriter]]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[Server] = []

    async def serve(handler: Any, *arguments: Any, **options: Any) -> Server:
        servers.append(await start(handler, "127.0.0.1", 0, *arguments, **options))
        return servers[-1]

    yield serve
    for server in servers:
        await server.close(1)


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    writers: list[StreamWriter] = []

    async def connect(server: Server) -> tuple[StreamReader, StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()
